"""The automations, one file each. A job is a pure function from a snapshot to a plan."""
