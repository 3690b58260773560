"""What a reader who knows the table of noises can tell of a count that was shown."""

from automations.jobs.figures.cell_keys import LARGEST, TABLE


def possible(shown):
    """The least and the largest count that the table can turn into a shown one."""
    counts = [count for count in range(shown + LARGEST + 1) if shown - count in _noises(count)]
    return min(counts), max(counts)


def _noises(count):
    return TABLE[min(count, len(TABLE)) - 1] if count else (0,)
