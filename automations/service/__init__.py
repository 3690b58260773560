"""Running by itself: the daemon, due runs, the timetable, alerts, unit files, the heartbeat."""
