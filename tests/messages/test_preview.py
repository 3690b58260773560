"""The page with every mail in every language, and how it looks in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape

import pytest
from msgspec.structs import replace

from automations.messages.preview import preview
from automations.messages.render import Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.model.settings import SiteFacts

LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")
MAILBOX = "termine@herne.test"
RENDERER = Renderer(SiteFacts(mail_from=f"Stadt Herne <{MAILBOX}>"), None, ReplyTokens((b"k" * 32,), MAILBOX))
PHONE = 320
PAGE = preview(RENDERER, LANGUAGES, samples())


def test_every_mail_is_there_in_every_language():
    for mail in samples():
        for language in LANGUAGES if mail.audience == "client" else ("de",):
            assert RENDERER.render(replace(mail, language=language)).subject in unescape(PAGE)


def test_the_page_speaks_the_sites_language_and_shows_sender_and_buttons():
    page = unescape(PAGE)
    assert "Alle E-Mails von „Kommunales Integrationsmanagement“ in allen Sprachen" in page
    assert "Von: Stadt Herne" in page
    assert "Erinnerung an Ihren Termin · am Telefon" in page
    assert "appointment reminder" not in page
    assert page.count(">Ja, ich komme</a>") > 1
    assert "<p>Nur ein Versuch</p>" in preview(RENDERER, ("de",), samples()[:1], "Nur ein Versuch")


def test_the_page_needs_nothing_else():
    assert not re.findall(r"""(?:src|href)=["'](?!#|mailto:|tel:)""", PAGE)
    assert "url(" not in PAGE
    assert "<script" not in PAGE


def test_a_broken_template_is_shown_in_its_place(tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "appointment_moved.txt.j2").write_text("{{ x.y() }}", encoding="utf-8")
    page = preview(Renderer(SiteFacts(), tmp_path), ("de", "ar"), samples())
    assert page.count("appointment_moved.txt.j2:1") == 2
    assert "Erinnerung an Ihren Termin" in page


def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here")
    return found


_MEASURE = """
<script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const inner = frame.contentDocument, root = inner.documentElement;
    const outside = e => (r => r.right > WIDTH + 0.5 || r.left < -0.5)(e.getBoundingClientRect());
    const wide = [...inner.body.querySelectorAll("*")].filter(outside);
    const greeting = inner.querySelector("td[lang] p, td[lang] h1");
    const range = inner.createRange();
    range.selectNodeContents(greeting);
    const text = range.getBoundingClientRect(), box = inner.querySelector("td[lang]").getBoundingClientRect();
    return {name: frame.title, width: root.scrollWidth, wide: wide.length,
            left: text.left - box.left, right: box.right - text.right,
            direction: inner.defaultView.getComputedStyle(greeting).direction};
  });
  document.body.textContent = "MEASURED" + JSON.stringify(found) + "END";
});
</script>
"""


def measured(tmp_path, mails: dict[str, str], width: int) -> list[dict]:
    frames = []
    for number, (name, html) in enumerate(mails.items()):
        (tmp_path / f"{number}.html").write_text(html, encoding="utf-8")
        frames.append(f'<iframe title="{name}" src="{number}.html" style="width:{width}px;height:900px;border:0">')
    page = tmp_path / "all.html"
    script = _MEASURE.replace("WIDTH", str(width))
    page.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{script}{'</iframe>'.join(frames)}</iframe>", "utf-8")
    done = subprocess.run(
        [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r"MEASURED(\[.*\])END", done.stdout)
    assert found, done.stdout[:500] + done.stderr[-500:]
    return json.loads(unescape(found[1]))


@pytest.mark.servers
@pytest.mark.parametrize("width", [PHONE, 800])
def test_in_a_browser_nothing_overflows_and_arabic_begins_at_the_right(tmp_path, width):
    mails = {
        f"{mail.key} {language}": RENDERER.render(replace(mail, language=language)).html
        for mail in samples()
        for language in (LANGUAGES if mail.audience == "client" else ("de",))
    }
    long = {"place": "Familienbüro-Außenstelle-am-Wirtschaftsförderungszentrum-Nord", "case_manager": "x" * 90}
    reminder = next(mail for mail in samples() if mail.template == "appointment_reminder")
    stretched = replace(reminder, language="ar", context={**reminder.context, **long})
    mails["stretched ar"] = RENDERER.render(stretched).html
    for found in measured(tmp_path, mails, width):
        assert found["width"] <= width, found
        assert found["wide"] == 0, found
        arabic = found["name"].endswith(" ar")
        assert found["direction"] == ("rtl" if arabic else "ltr"), found
        assert (found["right"] < found["left"]) == arabic, found


@pytest.mark.servers
def test_the_preview_page_fits_a_telephone(tmp_path):
    page = PAGE.replace("<body>", '<body><table><tr><td lang="de"><p>x</p></td></tr></table>', 1)
    found = measured(tmp_path, {"page": page}, PHONE)[0]
    assert found["width"] <= PHONE
    assert found["wide"] == 0
