"""What is wrong with a package, by where it is wrong: each module reads and tells, none changes anything."""
