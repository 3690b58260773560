"""The workbook's formats do not grow from run to run, though other programs write them in their own words between."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta

from lxml import etree

from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case

FIRST = datetime(2026, 6, 3, 8)  # noqa: DTZ001 - the site's own clock


def formats(path):
    """How many there are of each kind."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("xl/styles.xml"))
    return {etree.QName(part).localname: len(part) for part in root}


def test_formats_stay_as_many_over_days_with_saves_of_others(tmp_path):
    site = OwnSite(tmp_path, few_tabs=False)
    site.write(site=SITE)
    visits = [[f"T-{n}", f"K-{n}", date(2026, 6, 5), time(9), "Büro", "AB", "geplant", None] for n in range(1, 6)]
    site.book({"Fälle": [CASES, *(case(f"K-{n}") for n in range(1, 6))], "Termine": [VISITS, *visits]})
    site.met("2026-06-01T08:00")
    counted = []
    for day in range(7):
        if day % 2:
            site.type("Fälle", "K-1", Phase=("Begleitung", "Assessment")[day % 4 // 2])
        assert site.run((FIRST + timedelta(days=day)).isoformat()).outcome == "done"
        counted.append(formats(site.path))
    assert counted[-1] == counted[4], [one["cellXfs"] for one in counted]
