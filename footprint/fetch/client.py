"""One question to a service, and its answer.

An answer with status 200 may be an error, may be cut off, and may hold fewer rows than were asked for: each
answer is judged, and what cannot be trusted is one message. Proxies and certificates come from the
environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE). Source of the protocol: Esri, "ArcGIS REST APIs, Query
(Feature Service/Layer)".
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from footprint.model.errors import InputError
from footprint.model.version import VERSION

WAIT = "FOOTPRINT_FETCH_WAIT"
"""Environment variable: seconds before the second try; each next one waits twice as long."""
TRIES = 5
TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as lost."""
LONGEST_WAIT = 120.0
LARGEST = 1 << 30
"""Bytes of one answer that are read at most."""
_BUSY = (429, 500, 502, 503, 504)

BETWEEN = "Is there a proxy, or a page to sign in on, in between?"
"""What to ask where an answer is not of the kind that a service gives."""

Tell = Callable[[str], None]
T = TypeVar("T")


class Interrupted(InputError):
    """The service did not answer any more; what it gave is kept, to be continued."""


class _Redirect(urllib.request.HTTPRedirectHandler):
    """Follows to where it is as safe as before, and nowhere else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Return the request to follow, or raise."""
        if urlsplit(req.full_url).scheme == "https" != urlsplit(newurl).scheme:
            raise InputError(req.full_url, "leads to an address without https", "Nothing was fetched.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens http and https, and no other kind of address."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(), _Redirect(), urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):  # fmt: skip
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", f"footprint/{VERSION}")]
    return opener


def ask(url: str, tell: Tell, **parameters: object) -> dict[str, Any]:
    """Return the answer of an address, as JSON; waits and tries again where the service asks for it.

    Raises
    ------
    InputError : for an error of the service, whatever its status, and for what is no JSON
    Interrupted : where it is busy or out of reach after all tries

    """
    return _tried(url, f"{url}?{urlencode({**parameters, 'f': 'json'})}", tell, _judged)


def ask_text(url: str, tell: Tell, **parameters: object) -> str:
    """Return the answer of an address, as text; waits, tries again and raises as `ask` does."""
    return _tried(url, f"{url}?{urlencode(parameters, safe=',')}", tell, _decoded)


def _tried(url: str, address: str, tell: Tell, judge: Callable[[str, bytes], tuple[T | None, str]]) -> T:
    """Return what `judge` makes of an answer, as soon as it makes something of it."""
    wait = float(os.environ.get(WAIT) or 2)
    for number in range(1, TRIES + 1):
        data, trouble, asked = _once(url, address)
        if data is not None:
            answer, trouble = judge(url, data)
            if answer is not None:
                return answer
        if number < TRIES:
            pause = min(max(wait, asked), LONGEST_WAIT)
            tell(f"{trouble}; waiting {pause:g} s before try {number + 1} of {TRIES}")
            time.sleep(pause)
            wait *= 2
    raise Interrupted(url, f"{trouble}, {TRIES} times", "Try again later.")


def _once(url: str, address: str) -> tuple[bytes | None, str, float]:
    """Return an answer, or why there is none yet and how long the service asks to wait, in seconds."""
    try:
        with _opener().open(urllib.request.Request(address), timeout=TIMEOUT) as reply:
            data: bytes = reply.read(LARGEST + 1)
            if reply.length:  # what was announced and did not come
                raise http.client.IncompleteRead(data, reply.length)
    except urllib.error.HTTPError as fault:
        with fault:
            if fault.code not in _BUSY:
                raise InputError(url, f"answers {fault.code} ({fault.reason})", _REMEDY) from None
            return None, f"the service is busy ({fault.code})", _seconds(fault.headers.get("Retry-After"))
    except (OSError, http.client.HTTPException) as fault:
        told = getattr(fault, "reason", None) or fault
        return None, f"the connection failed ({str(told) or type(told).__name__})", 0.0
    if len(data) > LARGEST:
        raise InputError(url, f"answers with more than {LARGEST:,} bytes", _REMEDY)
    return data, "", 0.0


def _judged(url: str, data: bytes) -> tuple[dict[str, Any] | None, str]:
    """Return an answer in JSON, or how the service says that it is busy; InputError for its other errors."""
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise InputError(url, "does not answer with JSON", BETWEEN)
    error = answer.get("error")
    if error is None:
        return answer, ""
    code = error.get("code") if isinstance(error, dict) else None
    if code in (429, 503, 504):
        return None, f"the service is busy (error {code})"
    said = error.get("message") if isinstance(error, dict) else error
    details = " ".join(map(str, error.get("details") or ())) if isinstance(error, dict) else ""
    raise InputError(url, f"answers with error {code}: {said} {details}".strip(), _REMEDY)


def _decoded(url: str, data: bytes) -> tuple[str, str]:
    """Return an answer as text; InputError where it is none."""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        raise InputError(url, "does not answer with text", BETWEEN) from None


_REMEDY = "The service may have been moved or renamed: see 'footprint fetch --search'."


def _seconds(stated: str | None) -> float:
    """Return what Retry-After asks for; 0 where it names a date or nothing."""
    try:
        return float(stated or 0)
    except ValueError:
        return 0.0
