"""From raw tabs to records and back: headings to fields, cells to values, values to the team's words.

The only room that knows German headings and words; all of them are data in `columns.toml`.
"""

from automations.tables.columns import Columns, TableColumns
from automations.tables.encoding import encode, forbidden
from automations.tables.rows import TableRows, row_fingerprints, rows_without, table_rows
from automations.tables.schema import FIELDS
from automations.tables.snapshot import headings, read_tables

__all__ = [
    "FIELDS",
    "Columns",
    "TableColumns",
    "TableRows",
    "encode",
    "forbidden",
    "headings",
    "read_tables",
    "row_fingerprints",
    "rows_without",
    "table_rows",
]
