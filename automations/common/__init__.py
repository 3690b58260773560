"""Small helpers without a subject of their own: texts, working days, telephone numbers, logs."""
