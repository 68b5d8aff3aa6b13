"""A small SMTP server that keeps every mail in a folder, so the demo can send mails without sending any."""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def running(folder: Path, refusing: threading.Event | None = None) -> Iterator[int]:
    """Its port on the loopback interface; it ends with the block. As long as ``refusing`` is set, everybody is to come later."""
    folder.mkdir(exist_ok=True)

    class Handler(_Session):
        mail_folder = folder
        is_refusing = staticmethod(refusing.is_set if refusing else lambda: False)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs: every address is accepted, unless nobody is."""

    mail_folder: Path
    is_refusing: Callable[[], bool]

    def handle(self) -> None:
        self._say(220, "ready")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"RCPT" and self.is_refusing():
                self._say(451, "greylisted, come later")
            elif verb == b"DATA":
                self._say(354, "go on")
                self._keep()
                self._say(250, "kept")
            elif verb == b"QUIT":
                self._say(221, "bye")
                return
            else:
                self._say(250, "ok")

    def _keep(self) -> None:
        lines = []
        for line in self.rfile:
            if line in (b".\r\n", b".\n"):
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        (self.mail_folder / f"{time.time_ns()}.eml").write_bytes(b"".join(lines))

    def _say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())
