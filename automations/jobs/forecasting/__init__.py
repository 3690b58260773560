"""A look ahead: past weeks and stays drawn again, and the assignment run on them, week by week.

`past` is what the tables say, `calibration` how far the same look would have been wrong before, `draws` the
possible futures, `staff` who is there when, `running` the assignment, `outlook` the whole."""
