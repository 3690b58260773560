"""That tests make TOML, templates and SQL once a process changes nothing but the time they take."""

from __future__ import annotations

import tomllib

import pytest
from jinja2 import DictLoader, TemplateAssertionError

from automations.common.shipped import config_folder, program_folder
from automations.common.texts import texts
from automations.engine.last_look import stamp
from automations.messages.sandbox import TemplateProblem, environment, written

SAY = texts("en")


def test_each_reader_of_a_config_gets_tables_of_its_own():
    first, second = (tomllib.loads("a = [1]\nb = {c = 2024-10-31}") for _ in range(2))
    first["a"].append(2)
    first["b"].clear()
    assert second == tomllib.loads("b = {c = 2024-10-31}\na = [1]")
    for _ in range(2):
        with pytest.raises(tomllib.TOMLDecodeError, match="Invalid value"):
            tomllib.loads("a = ")
        with pytest.raises(TypeError):
            tomllib.loads(b"a = 1")


def test_a_template_is_what_stands_in_its_file_now(tmp_path):
    place = tmp_path / "word.txt.j2"
    for source, said in (("{{ who }}", "Ada"), ("Hello {{ who }}", "Hello Ada"), ("{{ who }}", "Ada")):
        place.write_text(source, encoding="utf-8")
        assert written((tmp_path,), place.name, {"who": "Ada"}, SAY) == said
    for source, line in (("{{ who", 1), ("\n{{ lipsum() }}", 2)) * 2:
        place.write_text(source, encoding="utf-8")
        with pytest.raises(TemplateProblem) as refused:
            written((tmp_path,), place.name, {"who": "Ada"}, SAY)
        assert refused.value.line == line


def test_names_filters_and_escaping_are_those_of_who_asks():
    source = {"a.txt.j2": "{{ who|loud }}", "a.html.j2": "{{ who|loud }}"}
    for loud in (str.upper, str.title):
        made = environment(DictLoader(source), {"loud": loud})
        assert made.get_template("a.txt.j2").render(who="a & bc") == loud("a & bc")
        assert made.get_template("a.html.j2").render(who="a & bc") == loud("a & bc").replace("&", "&amp;")
    with pytest.raises(TemplateAssertionError, match="loud"):
        environment(DictLoader(source), {}).get_template("a.txt.j2")


def test_files_that_come_with_kim_are_listed_once_and_those_of_a_site_each_time(tmp_path):
    before = stamp(program_folder(), tmp_path)
    assert before == stamp(program_folder(), tmp_path)
    (tmp_path / "site.toml").touch()
    assert stamp(program_folder(), tmp_path) != before
    assert stamp(program_folder() / "cli") != stamp(config_folder()) != stamp(program_folder())
