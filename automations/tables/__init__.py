"""From raw tabs to records and back: headings to fields, cells to values, values to the team's words.

The only room that knows German headings and words; all of them are data in `columns.toml`."""
