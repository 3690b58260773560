"""What came through forms: read at the edge, put away once it is settled, erased with the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import structs

from automations.config.site import Site
from automations.engine.form_files import remember_folders
from automations.jobs.take_in import NAME, TakeInSettings
from automations.ledger.book import Ledger
from automations.model.fact_kinds.forms import FormCase, Submitted
from automations.model.settings import Form
from automations.model.snapshot import Snapshot
from automations.model.submissions import Intake, Submission
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.forms import FormRows
from automations.tables.parsers import parsers
from automations.workbooks.protocol import RawWorkbook
from automations.workbooks.stores.form_folder import erase_rows, form_files, is_folder, prune_done, put_away, rows_of


def read_intake(site: Site, raws: Mapping[str, RawWorkbook], now: datetime) -> Intake:
    """All submissions of the site's forms, as they stand in tabs and files. `now` is aware."""
    forms = forms_of(site)
    if not forms:
        return Intake()
    # A form's tab stands in the workbook of the cases: what comes through it becomes a row there.
    raw = raws.get(site.homes.get("cases", ""))
    today = site.facts.today(now)
    parse = parsers(site.columns, site.facts, today, date1904=bool(raw and raw.date1904))
    found: list[Submission] = []
    troubles: list[tuple[str, str]] = []
    for name, form in forms.items():
        parts = _of_folder(site.folder, name, form, parse, now, troubles) if form.folder else ()
        if form.tab and raw is not None:
            parts = _of_tab(raw, name, form, parse, troubles)
        found += list({one.key: one for one in parts}.values())
    return Intake(tuple(found), tuple(troubles), forms)


def with_intake(site: Site, raws: Mapping[str, RawWorkbook], snapshot: Snapshot, now: datetime) -> Snapshot:
    """The snapshot with what came through forms; their answers may stand in new rows of the cases."""
    intake = read_intake(site, raws, now)
    if not intake.forms or "cases" not in snapshot.layouts:
        return structs.replace(snapshot, intake=intake)
    names = {name for form in intake.forms.values() for name in form.fields} | {"received", "last_name", "full_name"}
    layout = snapshot.layouts["cases"]
    # Only in new rows: in a row of staff kim writes none of these columns.
    layout = structs.replace(layout, appendable=frozenset(names & set(layout.columns)))
    return structs.replace(snapshot, intake=intake, layouts={**snapshot.layouts, "cases": layout})


def forms_of(site: Site) -> Mapping[str, Form]:
    """The forms of a site by name."""
    settings = site.jobs.get(NAME)
    return settings.forms if isinstance(settings, TakeInSettings) else {}


def _of_tab(
    raw: RawWorkbook, name: str, form: Form, parse: Mapping[str, Parser], troubles: list[tuple[str, str]]
) -> list[Submission]:
    tab = next((tab for tab in raw.tabs if tab.mark is None and fold(tab.name) == fold(form.tab)), None)
    if tab is None:
        troubles.append((form.tab, "There is no such tab."))
        return []
    return _of_rows(FormRows(name, form, tab.rows, parse), tab.name, "", troubles)


def _of_folder(
    site: Path, name: str, form: Form, parse: Mapping[str, Parser], now: datetime, troubles: list[tuple[str, str]]
) -> list[Submission]:
    found: list[Submission] = []
    # One on a network drive that is not there now may be full: nothing is taken for empty or done.
    if not is_folder(site / form.folder):
        troubles.append((form.folder, "There is no such folder."))
    for file in form_files(site / form.folder, now):
        if file.trouble:
            troubles.append((f"{form.folder}/{file.name}", file.trouble))
        elif file.rows:
            rows = FormRows(name, form, file.rows, parse)
            found += _of_rows(rows, f"{form.folder}/{file.name}", file.name, troubles)
    return found


def _of_rows(rows: FormRows, place: str, file: str, troubles: list[tuple[str, str]]) -> list[Submission]:
    if missing := rows.missing():
        troubles.append((f"{place} ({' · '.join(missing)})", "These questions were not found."))
    return list(rows.submissions(place, file))


def put_away_settled(site: Site, ledger: Ledger, intake: Intake, now: datetime) -> None:
    """Files of which every submission is settled go into the folder within; old ones there are deleted. A file that
    cannot be moved stays, and is read again without harm."""
    forms = forms_of(site)
    remember_folders(ledger, [form.folder for form in forms.values()], now)
    for name, form in forms.items():
        folder = site.folder / form.folder
        # A network drive that is not mounted now comes back with its files.
        if not form.folder or not folder.is_dir():
            continue
        mine = [one for one in intake.submissions if one.form == name]
        files = {one.file for one in mine} - {one.file for one in mine if ledger.fact(Submitted, one.id) is None}
        for file in sorted(files - {""}):
            try:
                put_away(folder, file, now)
            except OSError:
                continue
        prune_done(folder, now)


def held_of_case(site: Site, ledger: Ledger, case: str) -> int:
    """How many rows of files came from the person of a case."""
    return sum(
        rows.key_of(row) == key
        for form, key, folder in _known(site, ledger, case)
        for _, lines in rows_of(folder)
        for rows in [_rows(site, form, lines)]
        # The first line holds the questions.
        for row in lines[1:]
    )


def erase_of_case(site: Site, ledger: Ledger, case: str) -> int:
    """Take the rows from which a case was made out of all files. Raises OSError."""
    count = 0
    for form, key, folder in _known(site, ledger, case):

        def is_theirs(head: list[str], row: list[str], form: str = form, key: str = key) -> bool:
            return _rows(site, form, [head, row]).key_of(row) == key

        count += erase_rows(folder, is_theirs)
    return count


def _known(site: Site, ledger: Ledger, case: str) -> Iterator[tuple[str, str, Path]]:
    made = ledger.fact(FormCase, case)
    form = forms_of(site).get(made.form) if made else None
    if made and form and form.folder:
        yield made.form, made.submission, site.folder / form.folder


def _rows(site: Site, name: str, lines: Sequence[Sequence[str]]) -> FormRows:
    return FormRows(name, forms_of(site)[name], lines, {})
