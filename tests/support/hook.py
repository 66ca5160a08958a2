"""A webhook on loopback that takes messages, or refuses them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Hook:
    """Where messages arrive."""

    status: int = 200
    taken: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    asked: int = 0
    answers: Event = field(default_factory=Event)  # nobody is answered while it is not set
    port: int = 0
    location: str = ""  # where it redirects to
    refuses: str = ""  # it takes no message that has this

    @property
    def address(self) -> str:
        """How apprise reaches it; the path is a key."""
        return f"json://127.0.0.1:{self.port}/k3y-of-the-desk"

    def titles(self) -> list[str]:
        """Return the title of each message that was taken."""
        return [one["title"] for one in self.taken]

    def texts(self) -> str:
        """Everything that was taken."""
        return "\n".join(f"{one['title']}\n{one['message']}" for one in self.taken)


@contextmanager
def hook() -> Iterator[Hook]:
    """A webhook while the block runs."""
    made = Hook()
    made.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked += 1
            made.answers.wait()
            is_bad = bool(made.refuses) and made.refuses in json.dumps(message)
            status = 400 if is_bad else made.status
            if status == 200:
                made.taken.append(message)
            else:
                made.refused += 1
            with suppress(OSError):  # who asked may be dead
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if made.location:
                    self.send_header("Location", made.location)
                self.end_headers()

        def do_GET(self) -> None:
            made.asked += 1  # a redirected message, which has lost its text
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            made.answers.set()
            server.shutdown()
            thread.join()
