"""The parts of the Google Sheets backend: requests, values, locks, tabs."""
