"""A problem in a TOML file names its line."""

from automations.config.positions import line_of, positions

TEXT = '''# a comment
[site]
name = "x"
closed_days = [
    2026-12-28,
    2026-12-29,
]
[mail]
host = "a"
text = """
host = "not a key"
"""
[[rules]]
name = "one"
[[rules]]
name = "two"
[rules.due]
days = 2
"quoted.key" = { a = 1,
  b = 2 }
after = 1
'''


def test_keys_have_the_line_they_stand_in():
    found = positions(TEXT)
    assert found["site", "name"] == 3
    assert found["mail", "host"] == 9
    assert found["rules", 0, "name"] == 14
    assert found["rules", 1, "name"] == 16
    assert found["rules", 1, "due", "days"] == 18
    assert found["rules", 1, "due", "quoted.key"] == 19
    assert found["rules", 1, "due", "after"] == 21


def test_a_missing_key_has_the_line_of_the_table_around_it():
    assert line_of(positions(TEXT), ("rules", 1, "when")) == 15
    assert line_of(positions(TEXT), ("nowhere",)) is None


def test_an_empty_name_is_a_key_as_any_other():
    assert positions('"" = 1\nname = "x"\n') == {("",): 1, ("name",): 2}
