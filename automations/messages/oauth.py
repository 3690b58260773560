"""Access tokens for mail servers that want no passwords (Microsoft, Google): from a refresh token, by the token
endpoint that the site names (RFC 6749, 6)."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlencode, urlsplit

from automations.common.texts import Texts
from automations.messages.credentials import CredentialsError, stored
from automations.messages.settings import OAuthSettings

# Bytes: a token has some thousand. What a server sends is never read without an end.
_MOST_ANSWER = 65_536
_OK = 200


def access_token(settings: OAuthSettings, user: str, words: Texts) -> str:
    """A fresh token for a user. Raises CredentialsError, in the language of `words`: one sentence for a sign-in that
    has ended, which only a person can renew, another for an endpoint out of reach. No answer is repeated in it."""
    form = {
        "grant_type": "refresh_token", "client_id": settings.client_id,
        "refresh_token": stored(settings.refresh_env, settings.refresh_keyring, user, words),
    }  # fmt: skip
    if settings.scope:
        form["scope"] = settings.scope
    if settings.client_secret_env:
        form["client_secret"] = stored(settings.client_secret_env, "", user, words)
    status, answer = _asked(settings, form, words)
    token = answer.get("access_token")
    # A token goes into a line of a protocol: a line break in it would begin a command of its own.
    if status == _OK and isinstance(token, str) and token.isascii() and token.isprintable() and token:
        return token
    host = urlsplit(settings.token_url).hostname or ""
    # These alone mean that the sign-in is over (RFC 6749, 5.2); all others may be well at the next run.
    if answer.get("error") in {"invalid_grant", "interaction_required", "consent_required"}:
        raise CredentialsError(
            words.say("The sign-in of {user} at {host} has ended; somebody must sign in anew.", user=user, host=host)
        )
    raise CredentialsError(words.say("{host} gave no access token ({code}).", host=host, code=status))


def _asked(settings: OAuthSettings, form: dict[str, str], words: Texts) -> tuple[int, dict[str, Any]]:
    place = urlsplit(settings.token_url)
    host, seconds = place.hostname or "", settings.timeout_seconds
    connection: http.client.HTTPConnection
    if place.scheme == "https":
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        connection = http.client.HTTPSConnection(host, place.port, timeout=seconds, context=context)
    else:
        connection = http.client.HTTPConnection(host, place.port, timeout=seconds)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        connection.request("POST", place.path or "/", urlencode(form).encode(), kind)
        answer = connection.getresponse()
        # Bounded: what answers at that address need not be the token endpoint.
        return answer.status, _read(answer.read(_MOST_ANSWER))
    except (OSError, http.client.HTTPException) as error:
        raise CredentialsError(words.say("{host} cannot be reached for an access token.", host=host)) from error
    finally:
        connection.close()


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
