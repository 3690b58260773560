"""Data filters and developer metadata lookups."""

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.model import Message, Spreadsheet

LEVELS = ("SPREADSHEET", "SHEET", "ROW", "COLUMN")


def boxes(document: Spreadsheet, data_filter: Message) -> list[Box]:
    """The boxes that a DataFilter means."""
    if "a1Range" in data_filter:
        return [document.find(data_filter["a1Range"])]
    if "gridRange" in data_filter:
        return [Box.of(data_filter["gridRange"])]
    return [box for item in looked_up(document, data_filter.get("developerMetadataLookup", {})) for box in _place(item)]


def matched(document: Spreadsheet, data_filter: Message) -> list[Message]:
    """The developer metadata that a DataFilter means: by lookup, or lying within its range."""
    if "developerMetadataLookup" in data_filter:
        return looked_up(document, data_filter["developerMetadataLookup"])
    areas = boxes(document, data_filter)
    return [item for item in document.metadata if any(area.meets(box) for box in _place(item) for area in areas)]


def _place(item: Message) -> list[Box]:
    location = item["location"]
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        start, end = span.get("startIndex"), span.get("endIndex")
        if span["dimension"] == "ROWS":
            return [Box(span.get("sheetId", 0), start, end)]
        return [Box(span.get("sheetId", 0), None, None, start, end)]
    return [] if location.get("spreadsheet") else [Box(location.get("sheetId", 0))]


def looked_up(document: Spreadsheet, lookup: Message) -> list[Message]:
    """The developer metadata that fits every given part of a DeveloperMetadataLookup."""
    return [item for item in document.metadata if _fits(item, lookup)]


def _fits(item: Message, lookup: Message) -> bool:
    same = all(
        item.get(name) == lookup[name]
        for name in ("metadataId", "metadataKey", "metadataValue", "visibility")
        if name in lookup
    )
    location = item["location"]
    kind = lookup.get("locationType")
    if not same or (kind and location["locationType"] != kind):
        return False
    wanted = lookup.get("metadataLocation")
    if not wanted:
        return True
    if lookup.get("locationMatchingStrategy") == "INTERSECTING_LOCATION" and not wanted.get("spreadsheet"):
        asked = _place({"location": wanted})
        return bool(location.get("spreadsheet")) or any(a.meets(b) for a in asked for b in _place(item))
    return all(location.get(name) == value for name, value in wanted.items() if name != "locationType")
