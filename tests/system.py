"""A real Odoo server on a database of its own, and a client of its external API (JSON-2)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

from dev import databases, odoo_run
from dev.paths import LOGS
from dev.server import Server, free_port


class ApiError(Exception):
    """The server refused a call: ``status`` is that of HTTP, ``name`` the class of Odoo's exception."""

    def __init__(self, status: int, name: str, message: str):
        super().__init__(f"{status} {name}: {message}")
        self.status, self.name, self.message = status, name, message


class Client:
    """One user's view of the external API.

    ``client.call("res.partner", "write", ids=[7], vals={"name": "Lin"})``; the arguments are the method's own.
    """

    def __init__(self, url: str, key: str):
        self.url, self.key = url, key

    def call(self, model: str, method: str, /, ids: list[int] | None = None, **arguments):
        body = {**arguments, **({"ids": ids} if ids is not None else {})}
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                details = json.loads(text)
            except ValueError:
                details = {"name": "", "message": text[:500]}
            raise ApiError(error.code, details.get("name", ""), details.get("message", "")) from None


class System:
    """The running system: ``url``, ``database``, its clients, its SQL, its shell; it can be killed and started again."""

    def __init__(self, database: str):
        self.database = database
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = LOGS / f"{database}-server.log"
        self._keys: dict[str, str] = {}
        self._server: Server | None = None

    def start(self, **options: object) -> None:
        """Starts the server; ``options`` are entries of Odoo's configuration, like ``max_cron_threads=1``."""
        config = odoo_run.config(self.database, http_port=self.port, **options)
        self._server = Server(config, self.port, self.log)
        self._server.wait_until_ready()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    def kill(self) -> None:
        """Ends the server at once, as a power failure does."""
        self._server.process.kill()
        self._server.process.wait()
        self._server = None

    def workers(self) -> list[int]:
        """Ids of its processes that answer requests, when it was started with ``workers``."""
        server = self._server.process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return [int(child) for child in children if b"gevent" not in Path(f"/proc/{child}/cmdline").read_bytes()]

    def client(self, login: str) -> Client:
        """A client of the external API with an API key of the user."""
        if login not in self._keys:
            self._make_keys("" if not self._keys else login)
        return Client(self.url, self._keys[login])

    def _make_keys(self, logins: str) -> None:
        printed = odoo_run.inside(self.database, "api_keys.py", "make API keys", LOGINS=logins)
        line = next(line for line in printed.splitlines() if line.startswith("KEYS "))
        self._keys.update(json.loads(line.removeprefix("KEYS ")))

    def authenticate(self, login: str, password: str) -> dict:
        """What the web client is told about a session with this login; empty when it is refused."""
        with urllib.request.urlopen(self._session_request(login, password), timeout=60) as answer:
            return json.load(answer).get("result") or {}

    def _session_request(self, login: str, password: str) -> urllib.request.Request:
        params = {"db": self.database, "login": login, "password": password}
        return urllib.request.Request(
            f"{self.url}/web/session/authenticate",
            data=json.dumps({"params": params}).encode(),
            headers={"Content-Type": "application/json"},
        )

    def page(self, login: str, password: str, path: str) -> tuple[int, bytes]:
        """Status and body of a page, as a browser gets it where this login has a session."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        opener.open(self._session_request(login, password), timeout=60).close()
        try:
            with opener.open(f"{self.url}{path}", timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def sql(self, query: str) -> list[list[str]]:
        """The rows of a query, as texts."""
        return databases.ask(query, self.database)

    def shell(self, code: str) -> str:
        """Runs Python with ``env`` beside the server, as a second process; returns what it printed. Commits nothing."""
        script = LOGS / f"{self.database}-shell.py"
        script.write_text(code)
        return odoo_run.inside(self.database, str(script), "shell")

    def logged(self, *signs: str, since: int = 0) -> list[str]:
        """The lines of the server's log that hold one of the signs, from the byte ``since`` on."""
        lines = self.log.read_bytes()[since:].decode(errors="replace").splitlines()
        return [line for line in lines if any(sign in line for sign in signs)]
