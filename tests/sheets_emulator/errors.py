"""Google's error bodies, as the recordings and public issue threads show them."""

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer other than 200: HTTP status, message and, where Google gives them, details."""

    def __init__(self, code: int, message: str, details: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON document of the answer."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class RequestError(Exception):
    """One request of a batch cannot be carried out; the batch adds its position and kind."""


def invalid(message: str) -> ApiError:
    """400 with a plain message."""
    return ApiError(400, message)


def bad_fields(violations: list[tuple[str, str]]) -> ApiError:
    """400 for a body that does not fit the API's schema: (path in snake case, sentence) of each misfit."""
    found = [{"field": field, "description": text} if field else {"description": text} for field, text in violations]
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": found}]
    return ApiError(400, "\n".join(text for _, text in violations), details)


def not_found() -> ApiError:
    """No spreadsheet has this id."""
    return ApiError(404, "Requested entity was not found.")


def forbidden() -> ApiError:
    """The user may not see (or not change) the spreadsheet."""
    return ApiError(403, "The caller does not have permission")


def unauthenticated() -> ApiError:
    """The token is revoked or expired."""
    return ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def no_token() -> ApiError:
    """The request carried no credentials at all."""
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
        "other form of API consumer identity to call this API.",
    )


def quota_exceeded(kind: str) -> ApiError:
    """429; `kind` is "Read" or "Write"."""
    metric = f"sheets.googleapis.com/{kind.lower()}_requests"
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:1'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "quota_metric": metric,
            "quota_limit": f"{kind}RequestsPerMinutePerUser",
            "quota_limit_value": "60",
            "consumer": "projects/1",
        },
    }
    return ApiError(429, message, [info])
