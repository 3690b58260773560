from itertools import permutations

from automations.common.alike import Spellings, alike


def test_case_blanks_and_ways_of_writing_accents_make_no_difference():
    assert alike(" B\u00fcro  Mitte ") == alike("bu\u0308ro\u00a0MITTE") != alike("Buro Mitte")
    assert alike("STRASSE") == alike("Straße")


def test_the_order_of_rows_makes_no_difference():
    for words in permutations(["b", "B", "a", "A", "A"]):
        spelled = Spellings(words)
        assert [spelled.of(word) for word in ("a", "A", "b", "B", "c", None, "")] == [
            "A",
            "A",
            "B",
            "B",
            "c",
            None,
            None,
        ]
