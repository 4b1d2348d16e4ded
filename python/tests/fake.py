"""A small planner of the tests' own, for everything that a real one never does."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Tuple

from planisphere import kinds


class Call:
    """A call that came in, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.handler = handler
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        length = int(handler.headers.get("Content-Length") or 0)
        self.body = handler.rfile.read(length)

    def answer(self, status: int, body: bytes = b"", type: str = "application/json", **headers: str) -> None:
        self.begin(status, type, **{"Content-Length": str(len(body)), **headers})
        self.write(body)

    def json(self, tree: Any, status: int = 200, type: str = "application/json", **headers: str) -> None:
        self.answer(status, json.dumps(tree).encode(), type, **headers)

    def problem(self, status: int, word: str, **headers: str) -> None:
        tree = {"type": f"/planner/problems/{word}", "title": word, "status": status, "detail": f"It is {word}."}
        self.json(tree, status, "application/problem+json", **headers)

    def begin(self, status: int, type: Optional[str], **headers: str) -> None:
        self.handler.send_response(status)
        if type:
            self.handler.send_header("Content-Type", type)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, body: bytes) -> None:
        try:
            self.handler.wfile.write(body)
            self.handler.wfile.flush()
        except OSError:
            pass

    def cut(self) -> None:
        """Breaks the connection."""
        self.handler.close_connection = True
        try:
            self.handler.connection.shutdown(2)
        except OSError:
            pass


class FakePlanner:
    """Answers what it is told to, on a port of its own of this machine."""

    def __init__(self, tls: Optional[ssl.SSLContext] = None) -> None:
        self.calls: List[Call] = []
        self.routes: Dict[Tuple[str, str], Callable[[Call], None]] = {}
        self.closed = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                call = Call(self)
                fake.calls.append(call)
                self.close_connection = True
                route = fake.routes.get((self.command, self.path.split("?")[0]))
                if route is None:
                    call.problem(404, "not-found")
                else:
                    try:
                        route(call)
                    except OSError:
                        pass

            do_GET = do_POST = do_DELETE = _any

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return self.origin + "/planner"

    def on(self, method: str, path: str, route: Callable[[Call], None]) -> None:
        self.routes[(method, path)] = route

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()

    # -- documents --------------------------------------------------------------------------------

    def session(self, number: int, phase: str = "OFFERED", **more: Any) -> Dict[str, Any]:
        return {
            "kind": kinds.SESSION,
            "meta": {"uuid": str(number), "url": f"{self.url}/sessions/{number}"},
            "phase": phase,
            **more,
        }

    def yes(self, *numbers: int) -> Dict[str, Any]:
        return {
            "kind": kinds.OFFER_SET,
            "meta": {"uuid": "s", "url": f"{self.url}/offersets/s"},
            "result": "YES",
            "offers": [self.session(each) for each in numbers],
        }

    def no(self, why: str) -> Dict[str, Any]:
        return {
            "kind": kinds.OFFER_SET,
            "meta": {"messages": [{"kind": kinds.MESSAGES + "busy", "level": "ERROR", "message": why}]},
            "result": "NO",
        }

    def offers(self, *numbers: int) -> None:
        """Offers these sessions, and lets each be accepted and rejected."""
        self.on("POST", "/planner/requests", lambda call: call.json(self.yes(*numbers), 303, Location="/nowhere"))
        for number in numbers:
            self.on("POST", f"/planner/sessions/{number}", self._update(number))

    def _update(self, number: int) -> Callable[[Call], None]:
        return lambda call: call.json(self.session(number, json.loads(call.body)["value"]))

    def asked(self, method: str, path: str) -> List[Call]:
        return [each for each in list(self.calls) if (each.method, each.path.split("?")[0]) == (method, path)]
