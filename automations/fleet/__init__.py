"""The sites of one operator on one PostgreSQL: who runs when, on which machine, and that nobody sees another's secrets.

Nothing of this room is loaded by a single site; it comes with the extra “fleet” of the package."""
