"""Plain frozen values that cross the doors between the rooms."""
