"""Figures: pure functions from records to numbers. Nothing here knows a tab, a file or a clock."""
