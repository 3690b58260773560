"""Conditions that people write in the config: one sandboxed dialect, one glossary of fields."""
