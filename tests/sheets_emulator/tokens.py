"""Google's token server: a signed key of a service account, or a person's refresh token, for an access token.

The access token is the address of the account, so that the emulator knows who asks.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs

TOKENS = "/token"


def granted(body: Any, revoked: Collection[str]) -> tuple[int, dict[str, Any]]:
    """HTTP status and answer, as RFC 6749 and 7523 have them. Signatures are not looked at."""
    asked = {name: values[0] for name, values in parse_qs(body if isinstance(body, str) else "").items()}
    if asked.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
        account = _issuer(asked.get("assertion", ""))
        refused = "Invalid JWT Signature."
    elif asked.get("grant_type") == "refresh_token":
        account, refused = asked.get("refresh_token", ""), "Token has been expired or revoked."
    else:
        return 400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}
    if not account or account in revoked:
        return 400, {"error": "invalid_grant", "error_description": refused}
    return 200, {"access_token": account, "expires_in": 3599, "token_type": "Bearer"}


def _issuer(assertion: str) -> str:
    """Who signed a JSON web token."""
    parts = assertion.split(".")
    if len(parts) != 3:
        return ""
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return str(claims.get("iss", ""))
