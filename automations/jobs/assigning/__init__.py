"""The parts of the assignment: units, hard rules, choosing, reasons."""
