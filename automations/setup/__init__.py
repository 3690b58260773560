"""How a site begins: what a team's own workbook means is found, proposed, confirmed and written down.

finding (where tables stand) → proposing (what tabs, headings, words mean, and how sure that is) →
asking (a person) → new_columns (what kim needs in the workbook) → writing (the site's folder)."""
