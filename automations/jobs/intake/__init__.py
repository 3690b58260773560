"""Taking over what came through a form: which submissions become cases, which are asked about."""
