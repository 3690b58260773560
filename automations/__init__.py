"""kim: keeps the shared spreadsheets of a case-management team working by themselves."""

__version__ = "0.2.0"
