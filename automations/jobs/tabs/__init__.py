"""The summary tabs: each file says what one tab holds. Figures come from `automations.jobs.figures`."""
