"""What the team decides in `Einstellungen`: harmless things count from the next run on, what people outside see waits
for an approver's yes, and a cell alone lets nothing out."""

from __future__ import annotations

from datetime import date

import pytest

from automations.cli import main
from automations.common.texts import texts
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.tables.setting_rows import offered
from tests.support.own_site import CASES, SITE, OwnSite, case, moment, text_of

AT, NEXT, LATER = "2026-11-02T09:00", "2026-11-02T10:00", "2026-11-02T11:00"
HEAD = ["Einstellung", "Wert", "Hinweis"]


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path)


def started(site, *rows, head=HEAD, above=()):
    site.start(
        {"Fälle": [CASES, case("K-1")], "Einstellungen": [*above, head, *rows]},
        met=AT,
        site=SITE + '[approvers]\nemails = ["chef@amt.test"]\n',
    )


def facts(site, at):
    with open_world(load_site(site.folder), moment(at)) as world:
        return world.site.facts, world.sender.sender, world.site.file.packs.use


def hint(site, name):
    return next(one["Hinweis"] for one in site.rows("Einstellungen") if one["Einstellung"] == name)


def approve(site, name, at=AT):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "approve", name, "--at", at, "--json", "--by", "Frau Amt"])
    return ended.value.code or 0


def test_what_only_the_team_sees_counts_from_the_next_run_on(site):
    started(site, ["Ruhezeit", "45 Minuten", None], ["Geschlossen am", "23.12.2026; 28.12.2026", None])
    site.run(AT)
    assert hint(site, "Ruhezeit") == "gilt ab dem nächsten Lauf"
    found, _, _ = facts(site, NEXT)
    assert (found.settle_minutes, found.closed_days) == (45, (date(2026, 12, 23), date(2026, 12, 28)))
    site.run(NEXT)
    assert hint(site, "Ruhezeit") == "gilt"
    assert site.run(LATER).prepared.groups == ()


@pytest.mark.parametrize(
    ("name", "typed", "key"),
    [("Telefon", "0900 123456", "phone"), ("Absender", "ich@boese.test", "mail_from"),
     ("Name des Dienstes", "Inkasso", "name"), ("Sprachen der Nachrichten", "Deutsch, Türkisch", "approved_languages"),
     ("Pakete", "dormant", "packs"), ("E-Mails gehen hinaus", "0:00 bis 23:00", "mail_hours")],
)  # fmt: skip
def test_attack_what_people_outside_see_waits_for_a_yes(site, name, typed, key):
    started(site, [name, typed, None])
    before = facts(site, AT)
    result = site.run(AT)
    assert facts(site, NEXT) == before
    assert [mail.to for mail in (item.mail for item in result.prepared.mails)] == ["chef@amt.test"]
    assert "wartet auf Freigabe" in hint(site, name)
    assert site.run(NEXT).applied.mails == []  # asked once
    assert approve(site, f"setting_{key}", NEXT) == 0
    site.run(NEXT)
    assert facts(site, LATER) != before
    site.run(LATER)
    assert hint(site, name) == "gilt, freigegeben von Frau Amt"


def test_attack_a_value_changed_after_the_yes_does_not_count(site):
    started(site, ["Telefon", "02323 999", None])
    site.run(AT)
    approve(site, "setting_phone")
    site.run(NEXT)
    assert facts(site, NEXT)[0].phone == "02323 999"
    site.edit(lambda book: book["Einstellungen"].__setitem__("B2", "0900 123456"))
    site.run(LATER)
    site.run("2026-11-02T12:00")
    assert facts(site, "2026-11-02T12:00")[0].phone == "02323 999"
    assert "wartet auf Freigabe" in hint(site, "Telefon")


def test_a_row_that_is_gone_gives_the_value_of_site_toml_back(site):
    started(site, ["Telefon", "02323 999", None])
    site.run(AT)
    approve(site, "setting_phone")
    site.run(NEXT)
    site.edit(lambda book: book["Einstellungen"].delete_rows(2))
    site.run(LATER)
    assert facts(site, LATER)[0].phone == "02323 160"


def test_attack_an_approver_typed_into_the_hint(site):
    started(site, ["Telefon", "0900 123456", "gilt, freigegeben von Frau Amt"])
    site.run(AT)
    site.run(NEXT)
    assert facts(site, NEXT)[0].phone == "02323 160"
    assert "wartet auf Freigabe" in hint(site, "Telefon")


def test_slips_are_said_beside_the_row_and_change_nothing(site):
    started(site, ["Telefonn", "1", None], ["Ruhezeit", "bald", None], ["Geschlossen am", "31.02.2026", None],
            ["Telefon", "viele", None], ["Sprachen", "Klingonisch", None], ["Absender", "a@b, c@d", None],
            ["Name", "=1+1", None])  # fmt: skip
    before = facts(site, AT)
    result = site.run(AT)
    assert facts(site, NEXT) == before
    assert "es gibt: Telefon" in hint(site, "Telefonn")
    said = [hint(site, name) for name in ("Ruhezeit", "Geschlossen am", "Telefon", "Sprachen", "Absender", "Name")]
    wanted = ["bald", "31.02.2026", "viele", "Klingonisch", "a@b, c@d", "Formel"]
    assert [word in text or "sprechen" in text for word, text in zip(wanted, said, strict=True)] == [True] * 6
    assert {one.code for one in result.prepared.problems if one.tab == "Einstellungen"} == {"wrong_setting"}
    assert site.run(NEXT).prepared.groups == ()


@pytest.mark.parametrize("below", [True, False])
def test_settings_stand_in_one_tab_with_what_columns_mean_above_or_below(site, below):
    meanings = [["Ihre Tabelle", "Ihre Überschrift", "Ihr Wort", "Beispiele", "Bedeutung", "bitte prüfen"],
                ["Fälle", "Prüfhinweis", None, None, "Fälle: Prüfhinweis", None]]  # fmt: skip
    if below:
        started(site, ["Ruhezeit", 5, None], above=[*meanings, [None]])
    else:
        started(site, ["Ruhezeit", 5, None], [None], *meanings)
    result = site.run(AT)
    assert facts(site, NEXT)[0].settle_minutes == 5
    assert [row.name for row in result.prepared.snapshot.console.settings] == ["settle_minutes"]
    assert [one.code for one in result.prepared.problems if one.tab == "Einstellungen"] == []


def test_a_new_tab_overrules_nothing_until_somebody_types_a_value(site):
    started(site, *([title, value, None] for title, value in offered(texts("de"))))
    before = facts(site, AT)
    assert site.run(AT).prepared.mails == ()
    site.run(NEXT)
    assert facts(site, LATER) == before


def test_the_approver_of_a_language_reads_what_clients_would_read(site):
    started(site, ["Sprachen der Nachrichten", "Deutsch, Ukrainisch, Türkisch", None])
    site.run(AT)
    (mail,) = [mail for mail in site.mails() if mail["To"] == "chef@amt.test"]
    text = text_of(mail)
    assert [text.count(name) for name in ("---- Українська ·", "---- Türkçe ·", "---- Deutsch ·")] == [3, 3, 0]
    assert "Behrensstraße" in text, "an invented appointment, with its place"
    assert "K-1" not in text


def test_without_an_approver_the_row_says_where_the_texts_are(site):
    site.write(site=SITE)
    rows = [["Sprachen der Nachrichten", "Deutsch, Türkisch", None], ["Telefon", "02323 999", None]]
    site.book({"Fälle": [CASES, case("K-1")], "Einstellungen": [HEAD, *rows]})
    site.met(AT)
    site.run(AT)
    assert hint(site, "Sprachen der Nachrichten").endswith(
        "„kim approve setting_approved_languages“; die Texte zeigt „kim preview“"
    )
    assert "preview" not in hint(site, "Telefon")


def test_a_pack_that_there_is_not_is_said_with_those_that_there_are(site):
    started(site, ["Pakete", "Ruhende Fälle und fallkonferenz; dormannt", None])
    site.run(AT)
    assert "„dormannt“ ist kein Paket; es gibt: conference" in hint(site, "Pakete")
    site.type("Einstellungen", "Pakete", Wert="Ruhende Fälle und Fallkonferenz")
    site.run(NEXT)
    assert approve(site, "setting_packs", NEXT) == 0
    site.run(LATER)
    assert facts(site, LATER)[2] == ("dormant", "conference")


def test_one_setting_that_does_not_fit_takes_none_of_the_others_with_it(site):
    """A pack of the site's own that was taken away since it was approved."""
    own = site.folder / "config" / "packs" / "ours"
    own.mkdir(parents=True)
    (own / "pack.toml").write_text("", encoding="utf-8")
    started(site, ["Pakete", "ours", None], ["Ruhezeit", "45", None])
    site.run(AT)
    assert approve(site, "setting_packs") == 0
    site.run(NEXT)
    (own / "pack.toml").unlink()
    found, _, packs = facts(site, LATER)
    assert (found.settle_minutes, packs) == (45, ())
