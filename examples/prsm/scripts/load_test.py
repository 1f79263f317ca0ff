"""Serves the classifier over HTTP and asks it with many users at once."""

import json
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prsm import models
from scripts import reports

BODY = json.dumps(models.GLYPHS["box"]).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers a picture with its glyph."""

    def do_POST(self) -> None:
        """One picture."""
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = models.classify_image(rows).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the report counts."""


def user(url: str, until: float, ends: list[bool]) -> None:
    """Asks until the time is over; keeps how each request ended."""
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, BODY, timeout=5) as answer:
                ends.append(answer.read() == b"box")
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            ends.append(False)
        time.sleep(0.01)


if __name__ == "__main__":
    given = reports.options(__doc__ or "", duration=300, users=100)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, until = f"http://127.0.0.1:{server.server_port}/", time.monotonic() + given.duration
    ends: list[bool] = []
    users = [threading.Thread(target=user, args=(url, until, ends)) for _ in range(given.users)]
    for each in users:
        each.start()
    for each in users:
        each.join()
    server.shutdown()
    reports.write(
        given.output,
        {
            "users": given.users,
            "duration_s": given.duration,
            "requests": len(ends),
            "success_rate": sum(ends) / len(ends),
            "error_rate": 1 - sum(ends) / len(ends),
        },
    )
