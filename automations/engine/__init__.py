"""One run: read the workbooks, guard, plan, apply; and what goes with it: questions, undo, retention, erasure."""
