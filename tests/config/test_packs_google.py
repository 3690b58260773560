"""Each pack on a Google sheet (the emulator): switched on over the tables of its stories, used, run twice."""

from __future__ import annotations

import pytest

from tests.support.own_google_site import GoogleOwnSite
from tests.support.own_site import SITE, text_of
from tests.support.pack_scenarios import tables_of
from tests.support.scenarios import FOLDER

USED = {
    "conference": ([], "Fallkonferenz", "Welche Schule?"),
    "deadlines": (["k-1@post.test", "k-2@post.test"], "Fristen", "K-1"),
    "dormant": ([], "Ruhende Fälle", "K-2"),
    "feedback": (["nord@schule.test"], "Halbjahr Rückmeldungen", "Anzahl"),
    "freed_hours": ([], "Halbjahr freie Stunden", "Anzahl"),
    "interpreters": (["amina@dolmetscher.test"], "Termine", "gefragt: Amina"),
}
"""Pack -> who gets a mail, and what a tab then says."""


@pytest.mark.sliced(2)
@pytest.mark.parametrize("pack", USED)
def test_a_pack_works_on_a_google_sheet_and_a_second_run_changes_nothing(pack, google, tmp_path):
    reached, tab, said = USED[pack]
    site = GoogleOwnSite(tmp_path, google)
    site.write(site=SITE, rules="")
    tables = tables_of(FOLDER / "packs" / pack / ("yes" if pack == "feedback" else "_tables"))
    if pack == "feedback":
        tables = {**tables_of(FOLDER / "packs" / pack / "_tables"), **tables}
    site.book(tables)
    site.met("2026-11-01T08:00")
    site.write(site=SITE + f'[packs]\nuse = ["{pack}"]\n')
    first = site.run("2026-11-02T09:00")
    assert first.outcome == "done"
    outside = {mail["To"] for mail in site.mails() if not mail["To"].endswith(("stadt.test", "verband.test"))}
    assert set(reached) <= outside
    assert all("VK-1" not in text_of(mail) for mail in site.mails() if mail["To"] in reached and pack != "deadlines")
    assert said in str(site.cells(tab))
    again = site.run("2026-11-02T09:30")
    assert (again.prepared.groups, again.applied.mails) == ((), [])
