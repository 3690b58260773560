"""The ledger: what kim knows, did and still has to do, on SQLite or PostgreSQL.

`book.Ledger` is put together from parts of one concern each; all of them stand on `store.Store`. Whoever takes a
`glance` or a `glimpse` needs no database library."""
