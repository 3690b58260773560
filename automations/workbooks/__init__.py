"""Workbooks of people: reading them, and changing only what must change."""
