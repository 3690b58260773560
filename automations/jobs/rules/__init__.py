"""Rules of a team's own over any table: what they say, whom they hit, and what comes of it."""
