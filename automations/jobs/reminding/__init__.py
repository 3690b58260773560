"""The parts of the job `remind`: rules, due dates, versions, what is printed, who is written to."""
