"""Calls of one role, over the external API (JSON-2) and over the web client's endpoint, and what comes of them in one word."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from typing import Any

#: What may come of a call; ``CRASH`` must not: an error that the server has no words for.
OK, NO, ERROR, CRASH = "ok", "no", "error", "crash"
_STATUS = {200: OK, 401: NO, 403: NO, 404: NO}
_REFUSED = re.compile(r"\.(AccessError|AccessDenied|MissingError|NotFound|Forbidden|SessionExpiredException)$")
_TOLD = re.compile(r"\.(UserError|ValidationError|RedirectWarning|LockError|CacheMiss)$")


@dataclass(frozen=True)
class Answer:
    outcome: str
    result: Any = None
    detail: str = ""


class Caller:
    """A role: its API key and its session. Without a key it is the public, which has neither."""

    def __init__(self, system, key: str | None, login: str | None):
        self.system, self.key = system, key
        self.cookie = ""
        if login:
            params = {"db": system.database, "login": login, "password": login}
            _status, heads, _body = self.send("POST", "/web/session/authenticate", {"params": params})
            self.cookie = heads["Set-Cookie"].partition(";")[0]

    def send(self, verb: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, bytes]:
        """``body`` is sent as JSON, bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **({"Cookie": self.cookie} if self.cookie else {}), **headers}
        connection = http.client.HTTPConnection("127.0.0.1", self.system.port, timeout=120)
        try:
            connection.request(verb, path, data if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def call(self, channel: str, model: str, method: str, ids: Any = None, /, **arguments: Any) -> Answer:
        """``ids`` None: asked of the model and not of records."""
        return (self._api if channel == "api" else self._web)(model, method, ids, arguments)

    def _api(self, model, method, ids, arguments):
        headers = {"Authorization": f"bearer {self.key}"} if self.key else {}
        body = arguments if ids is None else {**arguments, "ids": ids}
        cookie, self.cookie = self.cookie, ""
        try:
            status, _heads, text = self.send("POST", f"/json/2/{model}/{method}", body, **headers)
        finally:
            self.cookie = cookie
        told = json.loads(text) if text else None
        if status == 200:
            return Answer(OK, told)
        return Answer(_STATUS.get(status, CRASH if status >= 500 else ERROR), None, _detail(told))

    def _web(self, model, method, ids, arguments):
        args = [] if ids is None else [ids]
        if method == "create":
            args, arguments = [arguments["vals_list"]], {}  # Odoo looks for it there
        params = {"model": model, "method": method, "args": args, "kwargs": arguments}
        status, _heads, text = self.send("POST", "/web/dataset/call_kw", {"params": params})
        told = json.loads(text) if status == 200 else {"error": {"data": {"name": f"status.{status}"}}}
        if "error" not in told:
            return Answer(OK, told.get("result"))
        data = told["error"]["data"]
        name = data.get("name", "")
        outcome = NO if _REFUSED.search(name) else ERROR if _TOLD.search(name) else CRASH
        return Answer(outcome, None, _detail(data))


def _detail(told) -> str:
    """The end of a traceback, and the last line of it that is the addon's."""
    if not isinstance(told, dict):
        return str(told)[:200]
    debug = told.get("debug", "")
    places = re.findall(
        r'File "[^"]*/crm_sync_measures/((?:models|wizard|report|rules|controllers)/[^"]+)", line (\d+)', debug
    )
    last = re.findall(r'File "[^"]*/([^/"]+/[^/"]+)", line (\d+)', debug)
    return f"{told.get('name')}: {str(told.get('message'))[:160]} @ {':'.join(places[-1]) if places else '-'} ({':'.join(last[-1]) if last else ''})"
