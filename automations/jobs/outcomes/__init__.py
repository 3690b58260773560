"""The parts of the job `record_outcomes`."""
