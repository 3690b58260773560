"""Two rules that fill in one column differently: the first one's word stays, and the other one says so."""

from __future__ import annotations

import pytest

from tests.jobs.test_rule_circles import began, filling, site  # noqa: F401


def said(site):  # noqa: F811
    return {one["Name"]: one["Hinweis"] or "" for one in site.rows("Regeln")}


def test_the_rule_that_comes_second_says_whose_word_stays(site):  # noqa: F811
    began(site, filling("Eins", "Punkte", "rot"), filling("Zwei", "Punkte", "gelb"))
    for hour in ("09:00", "12:00"):
        prepared = site.run(f"2026-11-02T{hour}").prepared
        assert [one.key for one in prepared.problems if one.code == "rule_overruled"] == ["zwei"]
    assert site.rows("Wünsche")[0]["Punkte"] == "rot"
    assert "Eins" in said(site)["Zwei"]
    assert "Zwei" not in said(site)["Eins"]


@pytest.mark.parametrize("typed", ["blau", "gelb"])
def test_a_word_that_a_person_typed_contradicts_no_rule(site, typed):  # noqa: F811
    began(site, filling("Zwei", "Punkte", "gelb"))
    site.edit(lambda book: setattr(book["Wünsche"]["B2"], "value", typed))
    prepared = site.run("2026-11-02T09:00").prepared
    assert [one.code for one in prepared.problems if one.code == "rule_overruled"] == []
    assert site.rows("Wünsche")[0]["Punkte"] == typed
