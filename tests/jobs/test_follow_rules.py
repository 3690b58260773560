"""Rules of a team's own, each action from end to end on a real .xlsx; a second run does nothing."""

from __future__ import annotations

from datetime import date

import pytest

from automations.jobs.rules import hits
from tests.support.harbour import BOATS, FIRST, MET, SECOND, TABS
from tests.support.own_site import OwnSite, moment, text_of


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path).start(TABS, met=MET, columns=BOATS, rules="")


def rule(text, **parts):
    texts = "".join(f'[texts.{name}.de]\nsubject = "{name}"\ntext = "{value}"\n' for name, value in parts.items())
    return f"{texts}[[rules]]\n{text}"


def written(result):
    return {
        edit.field: edit.new for group in result.prepared.groups for edit in group.edits if group.job != "decisions"
    }


def nothing_more(site, at=SECOND):
    again = site.run(at)
    assert again.prepared.groups == ()
    assert again.prepared.tabs == ()
    assert again.applied.mails == []
    return again


def test_a_mail_before_an_own_date_with_an_own_text(site):
    site.write(
        rules=rule(
            'name = "swim"\ntable = "cases"\ndue = { field = "swims", days_before = [14] }\n'
            'recipient = "client"\ntemplate = "swim"',
            swim="Liebe/r {Vorname}, am {Schwimmt ab} geht es los. {manager.name}",
        )
    )
    site.run(FIRST)
    (mail,) = site.mails()
    assert (mail["To"], mail["Subject"]) == ("k-1@post.test", "swim")
    assert "Liebe/r VK-1, am 16.11.2026 geht es los. Anna Beispiel" in text_of(mail)
    nothing_more(site)


def test_a_mail_to_an_own_field_of_an_own_table_once_when_it_comes_to_hold(site):
    site.write(
        rules=rule(
            'name = "boat"\ntable = "boats"\nwhen = "case.boat_note == \'bereit\'"\n'
            'recipient = "email"\ntemplate = "boat"',
            boat="{Name} für {Fälle → Fall-Nr.}",
        )
    )
    assert site.run(FIRST).applied.mails == []
    site.type("Fälle", "K-1", Bootsnotiz="bereit")
    site.run("2026-11-02T10:00")
    (mail,) = site.mails()
    assert (mail["To"], "Möwe für K-1" in text_of(mail)) == ("moewe@hafen.test", True)
    nothing_more(site, "2026-11-02T11:00")
    site.type("Fälle", "K-1", Bootsnotiz="nicht")
    site.run("2026-11-02T11:30")
    site.type("Fälle", "K-1", Bootsnotiz="bereit")
    site.run("2026-11-02T12:00")
    assert len(site.mails()) == 2


def test_an_address_of_an_own_table_that_objected_is_left_in_peace_though_no_case_is_given(site):
    site.write(
        rules=rule(
            'name = "boat"\ntable = "boats"\nwhen = "case.boat_note == \'bereit\'"\n'
            'recipient = "email"\ntemplate = "boat"',
            boat="{Name} liegt bereit.",
        )
    )
    site.run(FIRST)
    site.type("Fälle", "K-1", Bootsnotiz="bereit")
    with site.world(moment(FIRST)) as world:
        world.ledger.note_address("moewe@hafen.test", "objected", moment(FIRST))
    result = site.run("2026-11-02T10:00")
    assert (result.prepared.mails, site.mails()) == ((), [])


def test_added_and_changed_rows_are_told_once(site):
    rules = rule(
        'name = "new_trip"\ntable = "trips"\ndue = { event = "added" }\nrecipient = "boat.skipper"\ntemplate = "trip"\n'
        '[[rules]]\nname = "moved_trip"\ntable = "trips"\ndue = { event = "changed", fields = ["day"] }\n'
        'recipient = "boat.email"\ntemplate = "moved"',
        trip="Fahrt {Nr.}", moved="Fahrt {Nr.} jetzt am {Tag}",
    )  # fmt: skip
    site.write(rules=rules)
    assert site.run(FIRST).applied.mails == []
    site.type("Fahrten", "F2", Boot="Möwe", Tag=date(2026, 11, 20))
    site.type("Fahrten", "F1", Tag=date(2026, 11, 11))
    site.run("2026-11-02T10:00")
    assert sorted((mail["To"], text_of(mail).splitlines()[0]) for mail in site.mails()) == [
        ("cd@verband.test", "Fahrt F2"), ("moewe@hafen.test", "Fahrt F1 jetzt am 11.11.2026"),
    ]  # fmt: skip
    nothing_more(site, "2026-11-02T11:00")


def test_rows_that_all_stand_as_they_did_are_not_compared_one_by_one(site, monkeypatch):
    site.write(rules=rule('name = "moved_trip"\ntable = "trips"\ndue = { event = "changed", fields = ["day"] }\n'
                          'recipient = "boat.email"\ntemplate = "moved"', moved="Jetzt am {Tag}"))  # fmt: skip
    site.run(FIRST)
    compared, mark = [], hits._mark
    monkeypatch.setattr(hits, "_mark", lambda record: compared.append(record.row.key) or mark(record))
    nothing_more(site, "2026-11-02T10:00")
    assert compared == []
    site.type("Fahrten", "F1", Tag=date(2026, 11, 11))
    site.run("2026-11-02T11:00")
    assert "F1" in compared
    site.type("Fahrten", "F1", Tag=date(2026, 11, 12))
    site.run("2026-11-02T12:00")
    assert len(site.mails()) == 2


def test_set_fills_blank_cells_alone_and_undo_stays_undone(site):
    site.write(rules=rule('name = "mark"\ntable = "cases"\naction = "set"\nset = { boat_note = "ab {Schwimmt ab}" }'))
    first = site.run(FIRST)
    assert [row["Bootsnotiz"] for row in site.rows("Fälle")] == ["ab 16.11.2026", "selbst getippt"]
    nothing_more(site)
    site.undo(first.prepared.run, "2026-11-02T13:00")
    assert site.rows("Fälle")[0]["Bootsnotiz"] is None
    assert site.run("2026-11-02T14:00").prepared.groups == ()
    site.type("Fälle", "K-1", **{"Schwimmt ab": date(2026, 11, 17)})
    site.run("2026-11-02T15:00")
    assert site.rows("Fälle")[0]["Bootsnotiz"] is None  # its condition looks at nothing, so nothing changed for it


@pytest.mark.parametrize("due", ["", 'due = { event = "holds" }', 'due = { every = "working_day" }'])
@pytest.mark.parametrize(
    "action", ['action = "ask"\ntext = "Wann {Fall-Nr.}?"', 'recipient = "client"\ntemplate = "when"']
)
def test_a_cell_that_cannot_be_read_is_not_blank(site, action, due):
    """Nobody is asked or written to as if nothing stood there; as soon as it is blank, they are."""
    site.type("Fälle", "K-1", **{"Schwimmt ab": "irgendwann"})
    site.write(rules=rule(f'name = "no_day"\ntable = "cases"\nwhen = "is_blank(swims)"\n{action}\n{due}', when="Wann?"))
    site.run(FIRST)
    assert not hit(site)
    site.type("Fälle", "K-1", **{"Schwimmt ab": None})
    site.run("2026-11-03T09:00")
    assert hit(site)


@pytest.mark.parametrize(
    "condition", ['trips.count(day > day("2026-11-05") and done != true) == 0', "days_until(trips.latest(day)) < 3"]
)
def test_a_cell_that_cannot_be_read_is_not_passed_over_where_rows_are_counted(site, condition):
    """The trip of a boat may well be to come: nobody is told that there is none."""
    counted = 'name = "idle"\ntable = "boats"\nwhen = \'{}\'\naction = "ask"\ntext = "Wann {{Name}}?"'
    site.type("Fahrten", "F1", Boot="Möwe", Tag=date(2026, 11, 3))
    site.type("Fahrten", "F2", Boot="Möwe", Tag="irgendwann")
    site.write(rules=rule(counted.format(condition)))
    site.run(FIRST)
    asked = lambda: any("Wann Möwe" in str(row["Frage"]) for row in site.rows("Entscheidungen"))  # noqa: E731
    assert not asked()
    # What was done counts not whatever its day was.
    site.type("Fahrten", "F2", **({"Erledigt": "ja"} if "count" in condition else {"Tag": None}))
    site.run("2026-11-02T12:00")
    assert asked()


def test_a_list_says_of_which_rows_a_cell_cannot_be_read_and_shows_what_stands_there(site):
    site.type("Fälle", "K-1", **{"Schwimmt ab": "irgendwann"})
    lists = "".join(
        f'[[rules]]\nname = "{name}"\ntable = "cases"\nwhen = "{when}"\naction = "list"\ntitle = "{name}"\n'
        'columns = ["number", "swims"]\n'
        for name, when in (("ohne", "is_blank(swims)"), ("bald", "swims > today"), ("fern", "last_name == 'NK-2'"))
    )
    site.write(rules=lists)
    site.run(FIRST)
    cells = {name: [cell for row in site.cells(name) for cell in row if cell] for name in ("ohne", "bald", "fern")}
    told = "Ob 1 Zeile hierher gehört, ist offen, denn eine Zelle ist nicht lesbar: K-1."
    assert [told in cells[name] for name in cells] == [True, True, False]
    assert [name for name in cells if "irgendwann" in cells[name]] == ["ohne"]


def hit(site):
    """Whether somebody was asked about the first case, or the client was."""
    asked = [row for row in site.rows("Entscheidungen") if "Wann K-1" in str(row["Frage"])]
    return bool(asked or [mail for mail in site.mails() if mail["To"] == "k-1@post.test"])


def test_set_writes_again_over_its_own_words_but_never_over_typed_ones(site):
    site.write(
        rules=rule(
            'name = "mark"\ntable = "cases"\nwhen = "not is_blank(swims)"\naction = "set"\n'
            'set = { boat_note = "{swims}" }'
        )
    )
    site.run(FIRST)
    assert site.rows("Fälle")[0]["Bootsnotiz"] == date(2026, 11, 16)
    site.type("Fälle", "K-1", **{"Schwimmt ab": date(2026, 11, 20)})
    site.run(SECOND)
    assert site.rows("Fälle")[0]["Bootsnotiz"] == date(2026, 11, 20)
    site.type("Fälle", "K-1", **{"Schwimmt ab": date(2026, 11, 25), "Bootsnotiz": "Hände weg"})
    site.run("2026-11-02T14:00")
    assert site.rows("Fälle")[0]["Bootsnotiz"] == "Hände weg"


def test_append_adds_a_row_once_even_if_people_delete_it(site):
    site.write(
        rules=rule(
            'name = "trip"\ntable = "boats"\nwhen = "not is_blank(email)"\naction = "append"\ninto = "trips"\n'
            'set = { number = "neu-{Name}", boat = "{Name}", day = "today" }'
        )
    )
    site.run(FIRST)
    assert site.rows("Fahrten")[1] == {"Nr.": "neu-Möwe", "Boot": "Möwe", "Tag": date(2026, 11, 2), "Erledigt": None}
    nothing_more(site)
    site.edit(lambda book: book["Fahrten"].delete_rows(3))
    assert site.run("2026-11-02T13:00").prepared.groups == ()


def test_ask_puts_a_question_whose_yes_fills_in(site):
    site.write(
        rules=rule(
            'name = "ask_trip"\ntable = "trips"\naction = "ask"\ntext = "Ist {Nr.} erledigt?"\nset = { done = true }'
        )
    )
    site.run(FIRST)
    question = site.rows("Entscheidungen")[-1]
    assert question["Frage"] == "Ist F1 erledigt?"
    nothing_more(site)
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    site.run("2026-11-02T13:00")
    assert site.rows("Fahrten")[0]["Erledigt"] == "ja"
    assert site.run("2026-11-02T14:00").prepared.groups == ()


def test_a_yes_that_cannot_be_filled_in_is_told(site):
    site.write(rules=rule('name = "ask_trip"\ntable = "trips"\naction = "ask"\nset = { done = true }'))
    site.run(FIRST)
    question = site.rows("Entscheidungen")[-1]
    site.type("Fahrten", "F1", Erledigt="nein")
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    found = [each for each in site.run("2026-11-02T13:00").prepared.problems if each.code == "yes_not_filled"]
    assert [(each.key, each.column, "Erledigt = ja" in each.advice) for each in found] == [("F1", "Erledigt", True)]
    site.type("Fahrten", "F1", Erledigt="ja")
    assert "yes_not_filled" not in {each.code for each in site.run("2026-11-02T14:00").prepared.problems}


def test_a_yes_that_comes_when_the_rule_holds_no_longer_is_told_until_somebody_sees_to_it(site):
    asks = 'name = "ask_trip"\ntable = "trips"\nwhen = \'boat == "Möwe"\'\naction = "ask"\nset = { done = true }'
    site.write(rules=rule(asks))
    site.run(FIRST)
    question = site.rows("Entscheidungen")[-1]
    key = question["Anlass"]
    site.type("Fahrten", key, Boot="Adler")
    assert "yes_not_filled" not in {each.code for each in site.run("2026-11-02T12:00").prepared.problems}
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    for at in ("2026-11-02T13:00", "2026-11-02T14:00"):
        found = [each for each in site.run(at).prepared.problems if each.code == "yes_not_filled"]
        assert [(each.key, "Erledigt = ja" in each.advice) for each in found] == [(key, True)]
    site.type("Fahrten", key, Erledigt="ja")
    assert "yes_not_filled" not in {each.code for each in site.run("2026-11-02T15:00").prepared.problems}


def test_note_stands_in_the_list_of_problems_and_in_the_row(site):
    site.write(
        rules=rule(
            'name = "no_swim"\ntable = "cases"\nwhen = "is_blank(swims)"\naction = "note"\n'
            'text = "{Vorname} schwimmt nicht."'
        )
    )
    result = site.run(FIRST)
    assert ("no_swim", "K-2") in {(problem.code, problem.key) for problem in result.prepared.problems}
    assert [row["Prüfhinweis"] for row in site.rows("Fälle")] == [None, "Schwimmt ab: VK-2 schwimmt nicht."]
    nothing_more(site)


def test_call_goes_to_the_call_list_where_calling_is_allowed(site):
    site.write(rules=rule('name = "ring"\ntable = "cases"\naction = "call"\ntext = "Kommt {Vorname} mit?"'))
    site.type("Fälle", "K-1", Telefon="0151 23456789", Kontaktweg="Telefon")
    site.type("Fälle", "K-2", Telefon="0151 23456780", Kontaktweg="kein sicherer Kontakt")
    planned = site.plan(FIRST, "follow_rules")
    assert [(call.case, "„Kommt VK-1 mit?“" in call.sentence) for call in planned.snapshot.calls] == [("K-1", True)]


def test_list_is_a_tab_in_the_teams_columns_order_and_groups(site):
    site.write(
        rules=rule(
            'name = "fleet"\ntable = "boats"\naction = "list"\ntitle = "Flotte"\ncolumns = ["name", "case.last_name", '
            '"skipper.name"]\norder = ["-name"]\ncolours = [{ when = "is_blank(email)", style = "warn" }]'
        )
    )
    site.run(FIRST)
    cells = [[cell for cell in row if cell is not None] for row in site.cells("Flotte")]
    assert ["Name", "Fälle → Nachname", "Team → Name"] in cells
    assert [row[1:] for row in cells[-2:]] == [["NK-1", "Cem Demo"], ["NK-2", "Anna Beispiel"]]
    nothing_more(site)


def test_digest_gathers_all_hits_of_a_colleague_each_monday(site):
    site.write(
        rules=rule(
            'name = "my_boats"\ntable = "boats"\ndue = { every = "monday" }\naction = "digest"\nrecipient = "manager"\n'
            'columns = ["case.number"]\ntemplate = "boats"',
            boats="Ihre {Anzahl} Boote:\\n\\n{Zeilen}",
        )
    )
    site.run(FIRST)
    assert sorted((mail["To"], "• " + text_of(mail).split("• ")[1].splitlines()[0]) for mail in site.mails()) == [
        ("ab@stadt.test", "• Ente · K-2"), ("cd@verband.test", "• Möwe · K-1"),
    ]  # fmt: skip
    nothing_more(site)
    assert site.run("2026-11-03T09:00").applied.mails == []
    assert len(site.run("2026-11-09T09:00").applied.mails) == 2


def test_nothing_is_sent_from_or_written_to_rows_without_a_key_or_with_one_that_stands_twice(site):
    site.type("Boote", "Geist", **{"E-Mail": "eins@hafen.test"})
    site.edit(
        lambda book: [
            book["Boote"].append(row)
            for row in (["Geist", "zwei@hafen.test", None, None], [None, "drei@hafen.test", None, None])
        ]
    )
    site.write(rules=rule('name = "all"\ntable = "boats"\nrecipient = "email"\ntemplate = "all"', all="Hallo"))
    site.run(FIRST)
    assert [mail["To"] for mail in site.mails()] == ["moewe@hafen.test"]


def test_a_table_whose_tab_is_gone_rests_its_rules_and_says_so(site):
    site.write(rules=rule('name = "all"\ntable = "boats"\nrecipient = "email"\ntemplate = "all"', all="Hallo"))
    site.edit(lambda book: book.remove(book["Boote"]))
    result = site.run(FIRST)
    assert "rule_stopped" in {problem.code for problem in result.prepared.problems}
    assert site.mails() == []


def test_the_colleague_of_a_case_that_a_row_names_reads_as_staff(site):
    text = 'name = "boat"\ntable = "boats"\nrecipient = "case.manager"\ntemplate = "boat"\ndue = { event = "added" }'
    site.write(rules=rule(text, boat="Ihr Boot {Name}"))
    site.run(FIRST)
    site.edit(lambda book: book["Boote"].append(["Albatros", None, "K-1", None]))
    site.run(SECOND)
    assert [(mail["To"], "Albatros" in text_of(mail)) for mail in site.mails()] == [("ab@stadt.test", True)]


def without(lost, tmp_path, text):
    """The harbour without a column, or without a tab."""
    tabs = {}
    for tab, (head, *rows) in TABS.items():
        kept = [n for n, heading in enumerate(head) if heading != lost]
        tabs[tab] = [[row[n] for n in kept] for row in (head, *rows)]
    site = OwnSite(tmp_path).start(tabs, met=MET, columns=BOATS, rules=rule(text))
    site.edit(lambda book: book.remove(book[lost]) if lost in book.sheetnames else None)
    return site


ASK = 'name = "ask"\ntable = "{table}"\nwhen = \'{when}\'\naction = "ask"\ntext = "Wirklich?"'


@pytest.mark.parametrize(
    ("table", "when", "lost"),
    [
        ("cases", "is_blank(boat_note)", "Bootsnotiz"),
        ("cases", 'not boat_note or last_name == "Alle"', "Bootsnotiz"),
        ("boats", "is_blank(case.boat_note)", "Bootsnotiz"),
        ("boats", "trips.count() == 0", "Fahrten"),
        ("cases", "not appointments.any(date >= today)", "Termine"),
        ("cases", "is_blank(languages)", "Sprachen"),
    ],
)
def test_a_rule_rests_where_a_column_or_tab_that_it_looks_at_is_not_there(tmp_path, table, when, lost):
    prepared = without(lost, tmp_path, ASK.format(table=table, when=when)).run(FIRST).prepared
    (told,) = [problem for problem in prepared.problems if problem.code == "rule_stopped"]
    assert told.message == f"Die Regel „ask“ ruht: In der Arbeitsmappe fehlt „{lost}“."
    assert told.advice.startswith("Bitte ergänzen Sie, was fehlt, ")  # it may never have been there
    assert [group for group in prepared.groups if group.job == "follow_rules"] == []


def test_a_column_that_many_teams_do_without_is_blank_where_it_is_missing(tmp_path):
    site = without("Abgeschlossen am", tmp_path, ASK.format(table="cases", when="is_blank(closed_on)"))
    prepared = site.run(FIRST).prepared
    assert len([group for group in prepared.groups if group.job == "follow_rules"]) == len(TABS["Fälle"]) - 1


def test_ten_thousand_hits_at_once_do_nothing_and_say_so(site):
    site.write(
        rules="most_rows = 1\n" + rule('name = "mark"\ntable = "boats"\naction = "set"\nset = { skipper = "AB" }')
    )
    site.type("Boote", "Möwe", Skipper=None)
    site.type("Boote", "Ente", Skipper=None)
    result = site.run(FIRST)
    assert result.prepared.groups == ()
    assert "too_many_hits" in {problem.code for problem in result.prepared.problems}
