"""Things that lie over ranges: merges, protections, names, filters, conditional formats, bands."""

from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import PROTECTED, Message, Sheet, Spreadsheet
from tests.sheets_emulator.requests.context import index_of, place
from tests.sheets_emulator.values import with_value


def merge_cells(document: Spreadsheet, request: Message, user: str) -> None:
    """MergeCellsRequest: values but the first are lost; merges that lie inside go."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    for old in sheet.merges:
        other = Box.of(old)
        if other.meets(box) and not other.within(box):
            raise RequestError("You must select all cells in a merged range to merge or unmerge them.")
    kind = request.get("mergeType", "MERGE_ALL")
    sheet.merges = [old for old in sheet.merges if not Box.of(old).meets(box)]
    for part in _parts(box, kind):
        if cut := across_frozen(sheet.properties["gridProperties"], part):
            raise RequestError(f"You can't merge frozen and non-frozen {cut}.")
        _merge(sheet, part)


def across_frozen(grid: Message, box: Box) -> str:
    """Which lines (rows, columns) a merge has on both sides of the frozen edge; empty for none."""
    rows, columns = grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)
    if (box.top or 0) < rows < (box.bottom or 0):
        return "rows"
    return "columns" if (box.left or 0) < columns < (box.right or 0) else ""


def _parts(box: Box, kind: str) -> list[Box]:
    top, bottom, left, right = box.top or 0, box.bottom or 0, box.left or 0, box.right or 0
    if kind == "MERGE_ROWS":
        return [Box(box.sheet_id, row, row + 1, left, right) for row in range(top, bottom)]
    if kind == "MERGE_COLUMNS":
        return [Box(box.sheet_id, top, bottom, column, column + 1) for column in range(left, right)]
    return [box]


def _merge(sheet: Sheet, box: Box) -> None:
    spots = [(r, c) for r in range(box.top or 0, box.bottom or 0) for c in range(box.left or 0, box.right or 0)]
    if len(spots) < 2:
        return
    first, *rest = spots
    kept = next((sheet.cell(*spot) for spot in spots if "userEnteredValue" in sheet.cell(*spot)), None)
    if kept is not None:
        sheet.put(*first, {**sheet.cell(*first), **{k: kept[k] for k in ("userEnteredValue", "effectiveValue")}})
    for spot in rest:
        sheet.put(*spot, with_value(sheet.cell(*spot), None))
    sheet.merges.append(box.message())


def unmerge_cells(document: Spreadsheet, request: Message, user: str) -> None:
    """UnmergeCellsRequest: never half a merge."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    if any(Box.of(old).meets(box) and not Box.of(old).within(box) for old in sheet.merges):
        raise RequestError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = [old for old in sheet.merges if not Box.of(old).meets(box)]


def _protections(document: Spreadsheet) -> dict[int, tuple[Sheet, Message]]:
    return {item["protectedRangeId"]: (sheet, item) for sheet in document.sheets for item in sheet.protected}


def add_protected_range(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddProtectedRangeRequest: the user who adds it may always edit; an id that is taken is refused."""
    if user in document.cannot_protect:
        raise RequestError("You do not have permission to protect this range.")
    given = dict(request.get("protectedRange", {}))
    taken = _protections(document)
    number = given.get("protectedRangeId")
    if number is None:
        number = document.fresh_id(set(taken))
    if number in taken:
        raise RequestError(f"A protected range with id {number} already exists.")
    if given.get("warningOnly") and given.get("editors", {}):
        raise RequestError("ProtectedRange is warningOnly. Editors can not be set on it.")
    given["protectedRangeId"] = number
    given.pop("requestingUserCanEdit", None)
    given["range"] = _protected_area(document, given)
    sheet = document.sheet(given["range"].get("sheetId", 0))
    if _whole(document, sheet, given) and any(_whole(document, sheet, item) for item in sheet.protected):
        raise RequestError(f'Sheet "{sheet.title}" already has sheet protection.')
    sheet.protected.append({**given, "editors": _editors(document, given, user)})
    # The reply names the editors as they were given; whoever was added is seen by the next reader (recorded).
    return {"protectedRange": {"editors": {}, **given, "requestingUserCanEdit": True}}


def _whole(document: Spreadsheet, sheet: Sheet, item: Message) -> bool:
    if document.full_grid_is_sheet:
        return sheet.closed(Box.of(item["range"])) == sheet.closed(Box(sheet.id))
    return set(item["range"]) <= {"sheetId"}


def _protected_area(document: Spreadsheet, given: Message) -> Message:
    if "namedRangeId" in given:
        at = index_of(document.named, "namedRangeId", given["namedRangeId"], "named range")
        return dict(document.named[at]["range"])
    if "range" not in given:
        raise RequestError("No range specified.")
    if len(set(given["range"]) - {"sheetId"}):
        place(document, given["range"])
    return dict(given["range"])


def _editors(document: Spreadsheet, given: Message, user: str) -> Message:
    editors = given.get("editors", {})
    # The owner and the one who protects always stay editors.
    return {**editors, "users": list(dict.fromkeys([*editors.get("users", ()), user, document.owner]))}


def update_protected_range(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateProtectedRangeRequest."""
    given = request.get("protectedRange", {})
    mask = for_update(request.get("fields"), "ProtectedRange", "protectedRange")
    sheet, old = _protection(document, given.get("protectedRangeId", 0), user)
    position = sheet.protected.index(old)
    sheet.protected[position] = updated(mask, old, given, "ProtectedRange", needed=("protectedRangeId", "range"))


def _protection(document: Spreadsheet, number: int, user: str) -> tuple[Sheet, Message]:
    found = _protections(document).get(number)
    if found is None:
        raise RequestError(f"No protected range with id: {number}")
    if not document.may_unprotect(user, found[1]) and not found[1].get("warningOnly"):
        raise RequestError(PROTECTED)
    return found


def delete_protected_range(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteProtectedRangeRequest: one that is not there fails the batch."""
    sheet, old = _protection(document, request.get("protectedRangeId", 0), user)
    sheet.protected.remove(old)


def add_named_range(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddNamedRangeRequest."""
    given = dict(request.get("namedRange", {}))
    name = given.get("name", "")
    if not name:
        raise RequestError("No name specified.")
    if any(item["name"].lower() == name.lower() for item in document.named):
        raise RequestError(f"Named range with name '{name}' already exists.")
    given["range"] = given.get("range", {})
    place(document, given["range"])
    taken = {item["namedRangeId"] for item in document.named}
    if given.get("namedRangeId") in taken:
        raise RequestError(f"A named range with id {given['namedRangeId']} already exists.")
    given.setdefault("namedRangeId", str(document.fresh_id(set())))
    document.named.append(given)
    return {"namedRange": given}


def update_named_range(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateNamedRangeRequest."""
    given = request.get("namedRange", {})
    mask = for_update(request.get("fields"), "NamedRange", "namedRange")
    position = index_of(document.named, "namedRangeId", given.get("namedRangeId"), "named range")
    document.named[position] = updated(mask, document.named[position], given, "NamedRange", needed=("name", "range"))


def delete_named_range(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteNamedRangeRequest."""
    del document.named[index_of(document.named, "namedRangeId", request.get("namedRangeId"), "named range")]


def set_basic_filter(document: Spreadsheet, request: Message, user: str) -> None:
    """SetBasicFilterRequest: the range is closed and stored; nothing is hidden by it here."""
    given = dict(request.get("filter", {}))
    sheet, box = place(document, given.get("range", {}))
    given["range"] = box.message()
    sheet.basic_filter = given


def clear_basic_filter(document: Spreadsheet, request: Message, user: str) -> None:
    """ClearBasicFilterRequest."""
    document.sheet(request.get("sheetId", 0)).basic_filter = None


def add_conditional(document: Spreadsheet, request: Message, user: str) -> None:
    """AddConditionalFormatRuleRequest."""
    rule = request.get("rule", {})
    sheet = _ruled(document, rule)
    index = request.get("index", 0)
    if index > len(sheet.conditional):
        raise RequestError(f"No conditional format on sheet: {sheet.id} at index: {index}")
    sheet.conditional.insert(index, rule)


def _ruled(document: Spreadsheet, rule: Message) -> Sheet:
    if not rule.get("ranges"):
        raise RequestError("No ranges specified.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise RequestError("One of booleanRule or gradientRule must be set.")
    found = [place(document, area)[0] for area in rule["ranges"]]
    if len({sheet.id for sheet in found}) > 1:
        raise RequestError("All ranges must be on the same sheet.")
    return found[0]


def _rule_index(sheet: Sheet, index: int) -> int:
    if not 0 <= index < len(sheet.conditional):
        raise RequestError(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return index


def update_conditional(document: Spreadsheet, request: Message, user: str) -> Message:
    """UpdateConditionalFormatRuleRequest: another rule, or another place for it."""
    if "rule" in request:
        sheet = document.sheet(request.get("sheetId", _ruled(document, request["rule"]).id))
        index = _rule_index(sheet, request.get("index", 0))
        old, sheet.conditional[index] = sheet.conditional[index], request["rule"]
        answer: Message = {"oldRule": old, "newRule": request["rule"]}
        return answer | ({"oldIndex": index, "newIndex": index} if index else {})
    sheet = document.sheet(request.get("sheetId", 0))
    index = _rule_index(sheet, request.get("index", 0))
    rule = sheet.conditional.pop(index)
    new = min(request.get("newIndex", 0), len(sheet.conditional))
    sheet.conditional.insert(new, rule)
    return {"oldRule": rule, "newRule": rule, "oldIndex": index, "newIndex": new}


def delete_conditional(document: Spreadsheet, request: Message, user: str) -> Message:
    """DeleteConditionalFormatRuleRequest: later rules move up."""
    sheet = document.sheet(request.get("sheetId", 0))
    rule: Any = sheet.conditional.pop(_rule_index(sheet, request.get("index", 0)))
    return {"rule": rule}


def add_banding(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddBandingRequest: never over another band."""
    given = dict(request.get("bandedRange", {}))
    sheet, box = place(document, given.get("range", {}))
    given["range"] = box.message()
    if any(Box.of(old["range"]).meets(box) for old in sheet.banded):
        raise RequestError(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    given.setdefault(
        "bandedRangeId", document.fresh_id({old["bandedRangeId"] for s in document.sheets for old in s.banded})
    )
    sheet.banded.append(given)
    return {"bandedRange": given}


def delete_banding(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteBandingRequest."""
    number = request.get("bandedRangeId", 0)
    for sheet in document.sheets:
        for old in sheet.banded:
            if old["bandedRangeId"] == number:
                sheet.banded.remove(old)
                return
    raise RequestError(f"No banded range with id: {number}")


HANDLERS = {
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addConditionalFormatRule": add_conditional,
    "updateConditionalFormatRule": update_conditional,
    "deleteConditionalFormatRule": delete_conditional,
    "addBanding": add_banding,
    "deleteBanding": delete_banding,
}
