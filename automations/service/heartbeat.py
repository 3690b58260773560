"""Tells a watching service, by its ping URL, that kim is alive."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

EVERY = timedelta(minutes=5)
_SECONDS = 10


class Pings:
    """Pings a URL every five minutes at most; nothing where there is no URL."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def ping(self, url: str, now: datetime) -> str:
        """Ping if it is time. Returns the kind of the error, "" for none; it never raises."""
        # A clock that was set back gives a negative age: then ping at once, as nobody knows how long ago it was.
        if not url or (self._last is not None and timedelta(0) <= now - self._last < EVERY):
            return ""
        # Before asking: a service that does not answer is asked again in five minutes, not at each tick.
        self._last = now
        # Here: most sites have no ping URL, and a look at the schedule must stay cheap.
        import http.client
        import urllib.request

        try:
            with urllib.request.urlopen(url, timeout=_SECONDS):  # noqa: S310 (the config allows http and https alone)
                return ""
        # Whoever watches is told by the missing sign: a run must not fail as its watcher is away.
        except (OSError, http.client.HTTPException, ValueError) as error:
            return type(error).__name__


def standing_still(state: Path, now: datetime) -> timedelta | None:
    """How long ago the service last gave a sign of life; None where it never did."""
    try:
        beat = datetime.fromisoformat((state / "heartbeat").read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None
    return now - beat
