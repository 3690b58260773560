"""Which ETag stood for which bytes, kept between runs so that an unchanged file need not be fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from automations.common.files import write_private
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.webdav.answers import Seen, moment

# Many servers make ETags of time and size, to the second: a file younger than that may change and keep its tag.
_YOUNG = timedelta(seconds=2)

_FILE = ".seen.json"


class Memory(Struct):
    """The last bytes that were fetched, and their revision by ETag. Only tags that tell two states apart are
    believed: strong ones of files that were not changed this very moment."""

    folder: Path
    tag: str = ""
    """The ETag of what was fetched last, believed or not."""
    data: bytes = b""
    _believed: str = ""
    _revision: str = ""

    def take(self, headers: Mapping[str, str], data: bytes) -> None:
        """What a GET gave."""
        self.tag, self.data, self._revision = headers.get("etag", ""), data, revision_of(data)
        self._believed = self.tag if _tells(headers) else ""
        if self._believed and self.folder.is_dir():
            with suppress(OSError):
                known = {"tag": self._believed, "length": len(data), "revision": self._revision}
                write_private(self.folder / _FILE, json.dumps(known).encode())

    def forget(self) -> None:
        """Something was written: what is known is no longer true."""
        self.tag, self.data, self._believed, self._revision = "", b"", "", ""

    def condition(self) -> dict[str, str]:
        """The header with which an unchanged file is not sent again."""
        return {"If-None-Match": self._believed} if self._believed and self.data else {}

    def revision(self, seen: Seen) -> str:
        """The revision of a state that was fetched before; "" where that is not sure."""
        if self._believed and self._believed == seen.tag:
            return self._revision
        with suppress(OSError, ValueError, AttributeError):
            known = json.loads((self.folder / _FILE).read_text("utf-8"))
            # The length as well: from run to run no tag is trusted alone.
            if seen.tag and known.get("tag") == seen.tag and known.get("length") == seen.length:
                return str(known.get("revision", ""))
        return ""


def _tells(headers: Mapping[str, str]) -> bool:
    tag = headers.get("etag", "")
    changed, now = moment(headers.get("last-modified", "")), moment(headers.get("date", ""))
    old = changed is None or now is None or now - changed > _YOUNG
    return bool(tag) and not tag.startswith("W/") and old
