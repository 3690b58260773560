"""Mails in every language, from templates that may be anybody's."""

from __future__ import annotations

import ast
import re
import time
from datetime import UTC, datetime
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes
from msgspec.structs import replace

from automations.common.shipped import templates_folder
from automations.messages.render import Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.messages.sandbox import TemplateProblem
from automations.messages.template_checks import template_problems
from automations.messages.wording import Wording, catalogue, in_one_piece
from automations.model.plan import Mail
from automations.model.settings import SiteFacts

LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")
MAILBOX = "termine@herne.test"
FACTS = SiteFacts(mail_from=f"Stadt Herne <{MAILBOX}>", reply_to=MAILBOX)
TOKENS = ReplyTokens((b"k" * 32,), MAILBOX)
RENDERER = Renderer(FACTS, None, TOKENS)
SAMPLES = {mail.key: mail for mail in samples()}
REMINDER = SAMPLES["sample/appointment_reminder"]
IN_CODE = {
    "{weekday}, {date}",
    "{day}, {time}",
    ("about {n} minute", "about {n} minutes"),
    "Yes, I am coming",
    "No, I cannot come",
    "STOP – no more reminders",
    "Yes, that suits me",
    "No, I have no time",
    "Identity card or passport",
    "Residence permit",
    "Letters from offices",
}


def site(tmp_path: Path, **files: str) -> Renderer:
    """A renderer with templates of a site's own; "stem__txt" names the file stem.txt.j2."""
    (tmp_path / "mail").mkdir(exist_ok=True)
    for name, text in ({"own__subject": "S", "own__txt": "T", "own__html": "<p>H</p>"} | files).items():
        stem, _, part = name.partition("__")
        suffix = "subject.txt" if part == "subject" else part
        (tmp_path / "mail" / f"{stem}.{suffix}.j2").write_text(text, encoding="utf-8")
    return Renderer(FACTS, tmp_path, TOKENS)


def messages(tree: nodes.Template) -> set[str | tuple[str, str]]:
    """The sentences of a template that need a translation; pairs are singular and plural."""
    found: set[str | tuple[str, str]] = set()
    for call in tree.find_all(nodes.Call):
        texts = [arg.value for arg in call.args if isinstance(arg, nodes.Const)]
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            found.add(texts[0])
        elif isinstance(call.node, nodes.Name) and call.node.name == "count":
            found.add((texts[0], texts[1]))
    return found


def wanted_messages() -> set[str | tuple[str, str]]:
    environment, found = Environment(), set(IN_CODE)  # noqa: S701 - nothing is rendered
    for path in (templates_folder() / "mail").glob("*.j2"):
        found |= messages(environment.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_in_every_plural_form(language):
    path = templates_folder() / "locales" / language / "LC_MESSAGES" / "mail.po"
    with path.open("rb") as file:
        entries = {entry.id: entry for entry in read_po(file, locale=language)}
    for wanted in wanted_messages():
        assert wanted in entries, f"{language}: {wanted} is missing"
        text = entries[wanted].string
        forms = [text] if isinstance(text, str) else text
        assert all(forms), f"{language}: {wanted} is not translated"
        assert not entries[wanted].fuzzy
        names = set(re.findall(r"{\w+}", wanted if isinstance(wanted, str) else wanted[1]))
        for form in forms:
            assert set(re.findall(r"{\w+}", form)) <= names
        if isinstance(wanted, str):
            assert set(re.findall(r"{\w+}", text)) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_keeps_sentences_that_nothing_says_any_more(language):
    path = templates_folder() / "locales" / language / "LC_MESSAGES" / "mail.po"
    with path.open("rb") as file:
        kept = {entry.id for entry in read_po(file, locale=language) if entry.id}
    assert kept == wanted_messages()


def test_every_sentence_for_staff_is_translated():
    known = {}
    for path in (templates_folder() / "locales" / "de" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            known |= {entry.id: entry.string for entry in read_po(file, locale="de") if entry.id}
    folder = Path(__file__).parents[2] / "automations" / "messages"
    own = (
        "template_checks",
        "credentials",
        "outbox",
        "preview",
        "render",
        "sandbox",
        "mailbox",
        "inbox",
        "stuck_mails",
        "smtp",
    )
    for path in (folder / f"{name}.py" for name in own):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                if not isinstance(node.args[0], ast.Constant):
                    continue
                text = node.args[0].value
                assert known.get(text) or text in IN_CODE, f"{path.name}: {text}"


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("de", 1, "etwa 1 Minute"),
        ("de", 45, "etwa 45 Minuten"),
        ("ru", 21, "около 21 минуты"),
        ("ru", 45, "около 45 минут"),
        ("uk", 1, "близько 1 хвилини"),
        ("fr", 1, "environ 1 minute"),
        ("ro", 19, "aproximativ 19 minute"),
        ("ro", 20, "aproximativ 20 de minute"),
        ("ar", 1, "حوالي دقيقة واحدة"),
        ("ar", 2, "حوالي دقيقتين"),
        ("ar", 5, "حوالي 5 دقائق"),
        ("ar", 45, "حوالي 45 دقيقة"),
        ("ar", 103, "حوالي 103 دقائق"),
        ("tr", 45, "yaklaşık 45 dakika"),
    ],
)
def test_numbers_take_the_right_form(language, n, expected):
    wording = Wording(language, catalogue(language, None), subject=True)
    assert wording.minutes(n) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", ("Это через 1 день.", "Это через 3 дня.", "Это через 11 дней.")),
        ("uk", ("Це через 1 день.", "Це через 3 дні.", "Це через 11 днів.")),
        ("ar", ("وذلك بعد يوم واحد.", "وذلك بعد 3 أيام.", "وذلك بعد 11 يومًا.")),
    ],
)
def test_days_take_the_right_form(language, expected):
    wording = Wording(language, catalogue(language, None), subject=True)
    said = tuple(wording.count("That is in {n} day.", "That is in {n} days.", n) for n in (1, 3, 11))
    assert said == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Dienstag, 05.11.2024, 10:30 Uhr"),
        ("en", "Tuesday, 5 November 2024, 10:30"),
        ("ru", "вторник, 05.11.2024, 10:30"),
        ("uk", "вівторок, 05.11.2024, 10:30"),
        ("fr", "mardi 05.11.2024 à 10:30"),
        ("ro", "marți, 05.11.2024, ora 10:30"),
        ("ar", "الثلاثاء 05.11.2024، الساعة 10:30"),
        ("tr", "05.11.2024 Salı, saat 10:30"),
    ],
)
def test_dates_and_times_are_said_in_the_readers_way_with_the_digits_of_the_letter(language, expected):
    wording = Wording(language, catalogue(language, None))
    assert wording.when("2024-11-05", "10:30") == expected


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_from_and_until_stay_on_one_line(language):
    made = Wording(language, catalogue(language, None), html=True).when("2024-11-05", "12:00", "12:45")
    # Held twice: by the layout's rule for such spans, and by a sign for programs that know no such rule.
    assert re.search(r'<span dir="ltr">\u2066?12:00–\u206012:45\u2069?</span>', made)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", list(SAMPLES))
def test_every_mail_in_every_language(key, language):
    mail = replace(SAMPLES[key], language=language)
    rendered = RENDERER.render(mail)
    for text in (rendered.subject, rendered.text, rendered.html):
        assert text.strip()
        assert "{" not in text.replace("{}", "{")
        assert "None" not in text
    assert "\n" not in rendered.subject
    first = language if mail.audience == "client" else "de"
    assert rendered.languages == ((first,) if first == "de" else (first, "de"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clients_language_comes_first_and_german_below(language):
    text = RENDERER.render(replace(REMINDER, language=language)).text
    own = catalogue(language, None).gettext("With")
    assert text.index(f"{own}: ") <= text.index("Mit: ")
    assert text.count("Wir möchten Sie an Ihren Termin erinnern.") == 1


def test_an_unknown_language_falls_back_to_the_sites():
    for language in ("xx", "", "../de", "de_DE", "arabisch"):
        rendered = RENDERER.render(replace(REMINDER, language=language))
        assert rendered.languages == ("de",)
        assert "Wir möchten Sie an Ihren Termin erinnern." in rendered.text


def test_mails_to_staff_are_in_the_sites_language_alone():
    rendered = RENDERER.render(replace(SAMPLES["sample/staff_digest"], language="ar"))
    assert rendered.languages == ("de",)
    assert "3 Termine heute" in rendered.text


class Elements(HTMLParser):
    """Start tags with their attributes, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("key", list(SAMPLES))
def test_nothing_is_fetched_and_styles_are_inline(key):
    html = RENDERER.render(replace(SAMPLES[key], language="ar")).html
    for tag, attributes in Elements(html).found:
        assert tag not in {"img", "script", "link", "iframe", "object", "style"}
        for name in ("href", "src", "background"):
            assert str(attributes.get(name) or "mailto:").split(":")[0] in {"mailto", "tel"}
    assert "url(" not in html
    assert 'style="' in html


def test_arabic_runs_right_to_left_with_phones_left_to_right():
    found = Elements(RENDERER.render(replace(REMINDER, language="ar")).html).found
    sections = [a["dir"] for tag, a in found if tag == "td" and a.get("lang")]
    assert sections == ["rtl", "ltr"]
    assert ("span", {"dir": "ltr"}) in [(tag, {"dir": a.get("dir")}) for tag, a in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_protected_place_appears_nowhere(language):
    secret = {"place": "Frauenhaus Geheim", "address": "Verborgene Gasse 3", "directions": "Bus 999", "protected": True}
    mail = replace(REMINDER, language=language, context={**REMINDER.context, **secret})
    rendered = RENDERER.render(mail)
    for text in (rendered.subject, rendered.text, rendered.html):
        for word in ("Geheim", "Verborgene", "999"):
            assert word not in text


def test_a_mail_about_a_protected_place_has_the_services_number_where_the_colleague_has_none():
    context = {**REMINDER.context, "protected": True, "phone": "", "office_phone": "+49 2323 160"}
    rendered = RENDERER.render(replace(REMINDER, context=context))
    assert "+49 2323 160" in rendered.text
    assert "+49 2323 160" in rendered.html


@pytest.mark.parametrize("key", [key for key, mail in SAMPLES.items() if mail.audience == "client"])
def test_nothing_gives_away_the_nature_of_the_visit(key):
    rendered = RENDERER.render(SAMPLES[key])
    for word in ("Integration", "Migration", "KIM", "Beratung", "Ausländer", "Asyl"):
        assert word not in rendered.subject
        assert word not in rendered.text
        assert word not in rendered.html


def test_buttons_carry_codes_that_are_right():
    html = RENDERER.render(REMINDER).html
    codes = re.findall(r"%5B(T-2024-2855\.1\.[YNS]\.[A-Z2-7]{16})%5D", html)
    assert {TOKENS.verify(f"[{code}]").action for code in codes} == {"confirm", "cancel", "object"}


def test_without_a_mailbox_there_is_a_phone_number_instead_of_buttons():
    rendered = Renderer(FACTS).render(REMINDER)
    assert "mailto:" not in rendered.html
    assert "mailto:" not in rendered.text
    assert "STOP" not in rendered.text
    assert "Bitte rufen Sie uns an: +49 2323 16-4711" in rendered.text


def test_what_people_typed_stays_text():
    evil = {"place": "<script>alert(1)</script> {{ 7*7 }} {% for %}", "case_manager": 'O’Brien & Söhne, "Dr." <x@y>'}
    rendered = RENDERER.render(replace(REMINDER, context={**REMINDER.context, **evil}))
    assert "<script" not in rendered.html
    assert "&lt;script&gt;" in rendered.html
    assert "{{ 7*7 }}" in rendered.text
    assert "49" not in rendered.text.replace("+49", "")


def test_control_and_direction_marks_from_cells_are_dropped():
    dirty = {"place": "Ca\u202efé\x00\x1b[31m\u2028x", "case_manager": "A\r\nBcc: all@kim.test"}
    rendered = RENDERER.render(replace(REMINDER, context={**REMINDER.context, **dirty}))
    assert not set("\u202e\x00\x1b\u2028\r") & set(rendered.text + rendered.html + rendered.subject)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["place", "address", "case_manager", "directions", "phone"]), st.text(max_size=60))
)
def test_any_text_can_stand_in_a_cell(typed):
    rendered = RENDERER.render(replace(REMINDER, language="ar", context={**REMINDER.context, **typed}))
    assert [tag for tag, _ in Elements(rendered.html).found if tag in {"script", "img"}] == []


WRONG = {
    "does not compile": ("{% if %}", 1),
    "an unclosed loop": ("\n\n{% for x in bring %}", 3),
    "calls a method": ("a\n{{ place.upper() }}", 2),
    "calls a method by item": ("{{ place['upper']() }}", 1),
    "reaches for the interpreter": ("{{ place.__class__.__mro__ }}", 1),
    "reaches through a filter": ("{{ place|attr('__class__') }}", 1),
    "loops for ever": ("{% for x in range(10**9) %}{{ x }}{% endfor %}", 1),
    "loops in loops in loops": (
        "{% for a in bring %}{% for b in bring %}{% for c in bring %}x{% endfor %}{% endfor %}{% endfor %}",
        1,
    ),
    "multiplies text": ("{{ 'a' * 10**9 }}", 1),
    "grows text": ("{% set s = 'a' %}", 1),
    "pads": ("{{ 'a'|center(1000000000) }}", 1),
    "imports": ("{% import 'layout.html.j2' as x %}", 1),
    "includes by data": ("{% include place %}", 1),
    "includes a path": ("{% include '../../secret' %}", 1),
    "calls itself": ("{% macro m() %}{{ m() }}{% endmacro %}", 1),
    "says what is not written": ("{{ _(place) }}", 1),
    "calls the interpreter's own": ("{{ lipsum() }}", 1),
    "says an unknown word": ("x\n\n{{ nonsense }}", 3),
    "says a part of nothing": ("x\n{{ date.nonsense }}", 2),
    "reads no date": ("x\n{{ place|date }}", 2),
}


@pytest.mark.parametrize("part", ["txt", "html", "subject"])
@pytest.mark.parametrize("case", list(WRONG))
def test_a_wrong_template_is_refused_at_its_line(tmp_path, case, part):
    text, line = WRONG[case]
    renderer = site(tmp_path, **{f"own__{part}": text})
    started = time.monotonic()
    with pytest.raises(TemplateProblem) as caught:
        renderer.render(replace(REMINDER, template="own"))
    assert time.monotonic() - started < 5
    assert caught.value.line == line
    assert caught.value.template.startswith("own.")
    assert caught.value.message


def test_a_part_that_includes_itself_is_refused(tmp_path):
    renderer = site(tmp_path, own__txt="{% include '_a.txt.j2' %}", _a__txt="{% include '_a.txt.j2' %}")
    with pytest.raises(TemplateProblem, match=r"_a\.txt"):
        renderer.render(replace(REMINDER, template="own"))


def test_an_endless_text_is_refused(tmp_path):
    renderer = site(
        tmp_path, own__txt="{% for a in bring %}{% for b in bring %}" + "x" * 1000 + "{% endfor %}{% endfor %}"
    )
    with pytest.raises(TemplateProblem, match=r"own\.txt"):
        renderer.render(replace(REMINDER, template="own", context={"bring": ["x"] * 2000}))


def test_a_template_that_is_no_text_is_refused(tmp_path):
    renderer = site(tmp_path)
    (tmp_path / "mail" / "own.txt.j2").write_bytes(b"Gr\xfc\xdfe")
    with pytest.raises(TemplateProblem, match="UTF-8"):
        renderer.render(replace(REMINDER, template="own"))
    (tmp_path / "mail" / "own.txt.j2").write_text("x" * 70_000, encoding="utf-8")
    with pytest.raises(TemplateProblem):
        Renderer(FACTS, tmp_path).render(replace(REMINDER, template="own"))


@pytest.mark.parametrize("name", ["nowhere", "../secret", "layout.html", "", "a" * 100, "_end"])
def test_a_template_that_does_not_exist_is_a_problem(name):
    with pytest.raises(TemplateProblem):
        RENDERER.render(replace(REMINDER, template=name))


def test_all_problems_of_a_sites_templates_are_told_without_sending(tmp_path):
    renderer = site(tmp_path, own__txt="{% if %}", other__html="{{ x.y() }}")
    assert [(p.template, p.line) for p in renderer.templates.problems()] == [("other.html.j2", 1), ("own.txt.j2", 1)]
    assert RENDERER.templates.problems() == ()


def test_what_is_wrong_with_templates_is_told_before_a_mail_is_due(tmp_path):
    renderer = site(tmp_path, own__txt="{% if %}", appointment_moved__html="\n{{ nonsense }}")
    found = template_problems(renderer)
    places = [(problem.tab, problem.row) for problem in found]
    assert places == [("appointment_moved.html.j2", 2), ("own.txt.j2", 1)]
    assert "nonsense" in found[0].message
    assert all(problem.who == "operator" and problem.advice for problem in found)
    assert template_problems(RENDERER) == ()


def test_a_rule_of_a_teams_own_is_one_template_and_a_shipped_one_can_be_replaced(tmp_path):
    renderer = site(
        tmp_path,
        own__subject="{{ _('Ihr Pass') }}",
        own__txt="Pass bis {{ date|date }}, {{ place }}",
        appointment_reminder__subject="Denken Sie an uns: {{ when(date, time) }}",
    )
    own = renderer.render(replace(REMINDER, template="own"))
    assert own.subject == "Ihr Pass"
    assert "Pass bis 05.11.2024, Café Am Markt" in own.text
    assert renderer.render(REMINDER).subject == "Denken Sie an uns: Dienstag, 05.11.2024, 10:30 Uhr"
    assert renderer.templates.exists("own")
    assert not renderer.templates.exists("nowhere")


def test_a_sites_own_sentences_can_be_translated_beside_its_templates(tmp_path):
    renderer = site(tmp_path, own__txt="{{ _('Ihr Pass') }} {{ _('Hello!') }}")
    folder = tmp_path / "locales" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "mail.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Ihr Pass"\nmsgstr "Votre passeport"\n',
        encoding="utf-8",
    )
    text = renderer.render(replace(REMINDER, template="own", language="fr")).text
    assert text.startswith("Votre passeport Bonjour !")


def test_a_mail_without_any_context_says_what_is_missing():
    empty = Mail("k", "r", "KIM-1", "a@b.test", "de", "appointment_reminder", datetime(2024, 11, 1, tzinfo=UTC), "")
    with pytest.raises(TemplateProblem):
        RENDERER.render(empty)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("own__subject", "\n"),
        ("own__txt", " \n\n"),
        ("own__html", "<p> </p>"),
        ("own__html", "<p>H</p><script>alert(1)</script>"),
        ("own__html", "<p onclick='x()'>H</p>"),
        ("own__html", "<p><a href='javascript:x()'>H</a></p>"),
        ("own__html", "<form action='https://x.test'><input name='a'></form>"),
        ("own__html", "<p>H</p><img src='https://x.test/seen.png'>"),
        ("own__html", "<div style='background: url(https://x.test/a.png)'>H</div>"),
        ("own__html", "<iframe srcdoc='x'>H</iframe>"),
    ],
)
def test_a_blank_an_active_and_a_tell_tale_mail_do_not_leave(tmp_path, part, text):
    renderer = site(tmp_path, **{part: text})
    with pytest.raises(TemplateProblem):
        renderer.render(replace(REMINDER, template="own"))
    assert [problem.code for problem in template_problems(renderer)] == ["template"]


def test_what_people_typed_makes_no_mail_active():
    context = {**REMINDER.context, "directions": "<script>src='https://x.test' url(x) onclick=y</script> @import"}
    assert "&lt;script" in RENDERER.render(replace(REMINDER, context=context)).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_mails_speak_the_clients_language_alone(language):
    for mail in SAMPLES.values():
        assert RENDERER.foreign(replace(mail, language=language)).lines == (), mail.key


def test_text_that_only_seems_to_be_in_the_clients_language_is_found(tmp_path):
    german = "Guten Tag, bitte kommen Sie am {{ date }} zu uns in die Beratung."
    renderer = site(tmp_path, own__txt=german, own__html=f"<p>{german}</p>", own__subject="Ihr Termin bei uns im Haus")
    mail = replace(REMINDER, template="own", language="ar")
    assert renderer.foreign(mail).mostly
    assert [problem.code for problem in template_problems(renderer, ["de", "ar"])] == ["template_language"]
    assert not renderer.foreign(replace(mail, language="de")).mostly
    english = "{{ _('Please come to us, we are looking forward to seeing you here') }}"
    assert site(tmp_path, own__txt=english, own__html=english, own__subject="S 1").foreign(mail).mostly


def test_a_line_that_every_letter_of_the_service_has_is_no_foreign_text(tmp_path):
    name = "Kommunales Integrationsmanagement der Stadt Musterstadt"
    text = f"{{% include '_appointment.txt.j2' %}}\n{{% include '_answer.txt.j2' %}}\n{name}"
    renderer = site(tmp_path, own__txt=text, own__html=text.replace(".txt", ".html"), own__subject="{{ _('When') }}")
    found = renderer.foreign(replace(REMINDER, template="own", language="ar"))
    assert (bool(found.lines), found.mostly) == (True, False)


KINDS = ("telephone", "video", "home_visit", "other")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_met_elsewhere_is_told_no_place_no_way_and_nothing_to_bring(kind, language):
    wording = Wording(language, catalogue(language, None))
    for stem in ("appointment_reminder", "appointment_confirmation", "appointment_moved", "appointment_cancelled"):
        mail = replace(REMINDER, template=stem, language=language, context={**REMINDER.context, "kind": kind})
        made = RENDERER.render(mail)
        for told in (made.text, made.html):
            assert not [part for part in ("Behrensstraße", "Haltestelle", "Am Markt") if part in told]
            assert wording.say("Identity card or passport") not in told
            assert wording.say("Yes, I am coming") not in told
        assert stem == "appointment_cancelled" or wording.say("Yes, that suits me") in made.text
    sentence = {
        "telephone": "By telephone: we will call you.",
        "video": "By video: you get the link from us.",
        "home_visit": "We will come to your home.",
        "other": "As agreed with you",
    }[kind]
    reminder = RENDERER.render(replace(REMINDER, language=language, context={**REMINDER.context, "kind": kind}))
    assert wording.say(sentence) in reminder.text
    assert wording.say(sentence) in reminder.html


def test_what_changed_is_marked_and_the_end_stands_beside_the_beginning():
    context = {**REMINDER.context, "until": "11:15", "changed": ["manager"]}
    text = RENDERER.render(replace(REMINDER, template="appointment_moved", context=context)).text
    assert "Mit (neu): Derya Kowalski" in text
    assert "10:30–11:15 Uhr" in text
    assert "Wann (neu)" not in text


def test_numbers_in_a_text_from_right_to_left_keep_their_order_without_bdi():
    context = {**REMINDER.context, "until": "11:15"}
    made = RENDERER.render(replace(REMINDER, language="ar", context=context))
    assert "<bdi" not in made.html
    assert '<span dir="ltr" style="white-space: nowrap;">\u2066+49 2323 16-4711\u2069</span>' in made.html
    assert "\u2066+49 2323 16-4711\u2069" in made.text
    assert "\u206610:30–11:15\u2069" in made.text


def test_buttons_are_cells_that_outlook_fills_and_fingers_hit():
    html = RENDERER.render(REMINDER).html
    cells = re.findall(r'<td class="button[^>]*>', html)
    assert len(cells) == 2
    assert all("background-color: #" in cell and "padding: 7px 10px" in cell for cell in cells)
    assert all("display: block" in tap and "padding: 6px" in tap for tap in re.findall(r'<a class="tap[^>]*>', html))


def test_a_mail_program_can_object_for_its_reader():
    made = RENDERER.render(REMINDER)
    assert made.unsubscribe.startswith(f"mailto:{MAILBOX}?subject=STOP%20%5B")
    assert Renderer(FACTS, None, None).render(REMINDER).unsubscribe == ""
    assert RENDERER.render(SAMPLES["sample/staff_digest"]).unsubscribe == ""


@pytest.mark.parametrize(
    "sentence", ["You want no more messages like this?", "Will you come? Please tap one of the two:"]
)
def test_arabic_speaks_to_women_and_men(sentence):
    said = catalogue("ar", None).gettext(sentence)
    assert not re.search(r"(?<!\w)(?:ستأتي|تريد|تستطيع|عليك)(?!\w)", said)


def test_what_a_mail_carries_is_said_with_buttons_of_its_own_whatever_a_sites_template_says(tmp_path):
    later = replace(REMINDER, subject_key="T-9", context={**REMINDER.context, "time": "16:45", "until": "17:30"})
    for renderer in (
        RENDERER,
        site(tmp_path, appointment_reminder__html="<p>Hallo</p>", appointment_reminder__txt="Hallo"),
    ):
        made = renderer.render(replace(REMINDER, joined=(later,)))
        assert "16:45" in made.text
        assert "16:45" in made.html


def test_members_of_a_household_read_it_each_in_their_language():
    assert RENDERER.languages(replace(REMINDER, language="ar", languages=("ar", "uk"))) == ("ar", "uk", "de")


@pytest.mark.parametrize(
    "content",
    [
        'msgid "Hällo"\nmsgstr "x"\n'.encode("latin-1"),
        b"Hello",
        b'msgid "Appointment\nmsgstr "Termin"\n',
        b'msgid "Appointment"\nmsgstr "Ge"spraech"\n',
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=foo\\n"\n',
    ],
)
def test_a_catalogue_of_the_site_that_cannot_be_read_is_told_and_raises_nothing_else(tmp_path, content):
    path = tmp_path / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    (found,) = template_problems(Renderer(SiteFacts(), tmp_path))
    assert (found.code, found.tab) == ("template", "locales/de/LC_MESSAGES/mail.po")


def test_a_sentence_of_the_site_that_nothing_fills_is_said_as_kim_says_it(tmp_path):
    path = tmp_path / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Reminder of your appointment: {when}"\nmsgstr "Termin am {wann}"\n', encoding="utf-8")
    subject = Renderer(FACTS, tmp_path, TOKENS).subject(replace(REMINDER, language="de"))
    assert "{" not in subject
    assert subject.startswith("Erinnerung an Ihren Termin")


def test_a_mail_is_made_once_for_its_plan_and_its_leaving_and_anew_when_anything_of_it_differs(monkeypatch):
    monkeypatch.setattr("automations.messages.render._KEPT", 2)
    renderer, other = Renderer(FACTS, None, TOKENS), SAMPLES["sample/appointment_moved"]
    planned = renderer.render(REMINDER)
    renderer.render(other)
    assert renderer.render(replace(REMINDER, why=REMINDER.why)) is planned
    later = replace(REMINDER, context={**REMINDER.context, "time": "23:45"})
    assert "23:45" in renderer.render(later).text
    assert renderer.render(REMINDER) == planned
    for key in ("a", "b"):  # no more are kept than that
        renderer.render(replace(other, key=key))
    assert renderer.render(REMINDER) is not planned


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("للأسئلة: +49 2323 16-4711.", "للأسئلة: 00492323164711."),
        ("للأسئلة: +49 (0) 2323 160.", "للأسئلة: 00492323160."),
        ("(02323) 160", "02323160"),
        ("10:30–11:15, 05.11.2024 10:30", "10:30–11:15, 05.11.2024 10:30"),
    ],
)
def test_a_text_message_from_right_to_left_has_telephone_numbers_in_one_piece(text, sent):
    """It may hold no marks of order, which old telephones show as boxes."""
    assert in_one_piece(text) == sent


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("اتصل: +49 2323 16-4711.", "اتصل: \u2066+49 2323 16-4711\u2069."),
        ("(02323) 160 / 10:30–11:15", "\u2066(02323) 160 / 10:30–11:15\u2069"),
        ("يوم 10.11.2026 الساعة 10:30 <b>", "يوم 10.11.2026 الساعة 10:30 <b>"),
    ],
)
def test_a_telephone_number_within_a_line_of_somebody_s_own_keeps_its_order(line, held):
    none = NullTranslations()
    assert Wording("ar", none).in_order(line) == held
    assert Wording("de", none).in_order(line) == line
    shown = str(Wording("ar", none, html=True).in_order(line))
    assert ("<b>" in shown, shown.count('<span dir="ltr">')) == (False, held.count("\u2066"))
