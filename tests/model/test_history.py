"""What a job may ask of the past."""

from automations.model.history import History


def test_a_slip_in_a_number_is_not_what_the_next_ones_go_on_from():
    history = History(counters={"KIM-2026-": 7})
    assert history.highest_count("KIM-2026-", ["KIM-2026-0012", None, "KIM-2026-492214710123492214710123", "T-2"]) == 12
    assert history.highest_count("T-2026-", ["T-2026-" + 5000 * "9", "T-2026-x"]) == 0
