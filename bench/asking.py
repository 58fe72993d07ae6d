"""A small HTTP client that keeps its connection, its cookies and its count of answers."""

import http.client
import json
import re
import secrets
import threading
from collections import Counter
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

Answers = Counter[str]


class Client:
    """One person's connection: a browser with a session, or a program with a token."""

    def __init__(self, port: int, *, token: str = "", answers: Answers | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._token = token
        self._cookies: dict[str, str] = {}
        self._answers = Counter() if answers is None else answers
        self._csrf = ""

    def get(self, path: str) -> tuple[int, str]:
        """Get a page."""
        return self._ask("GET", path, None, {})

    def api(self, method: str, path: str, body: dict[str, Any] | None = None, *, what: str = "") -> tuple[int, Any]:
        """Ask the API; every POST carries a key of its own."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        sent = None
        if method == "POST":
            headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(12)}
            sent = json.dumps(body or {}).encode()
        status, text = self._ask(method, path, sent, headers)
        told = json.loads(text) if text.startswith(("{", "[")) else {}
        if what:
            refused = f" {told.get('code', '')}" if status >= 400 and isinstance(told, dict) else ""
            self._answers[f"{what} {status}{refused}"] += 1
        return status, told

    def form(self, path: str, fields: dict[str, str | list[str]], *, what: str = "") -> int:
        """Send a form with this session's token and a fresh key."""
        status, _text = self.send(path, fields)
        if what:
            self._answers[f"{what} {status}"] += 1
        return status

    def send(self, path: str, fields: dict[str, str | list[str]]) -> tuple[int, str]:
        """Send a form in the same way, for the page it gives."""
        sent = {"csrf_token": self._csrf, "once": secrets.token_urlsafe(16)} | fields
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(sent, doseq=True).encode(), headers)

    def upload(self, path: str, picture: bytes, fields: dict[str, str], *, what: str = "") -> int:
        """Send a picture and some fields to the API, as multipart."""
        edge = secrets.token_hex(16)
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="slip.jpg"\r\n'
        head += "Content-Type: image/jpeg\r\n\r\n"
        body = "".join([*parts, head]).encode() + picture + f"\r\n--{edge}--\r\n".encode()
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": secrets.token_hex(12)}
        headers |= {"Content-Type": f"multipart/form-data; boundary={edge}"}
        status, _text = self._ask("POST", path, body, headers)
        if what:
            self._answers[f"{what} {status}"] += 1
        return status

    def sign_in(self, login: str, password: str) -> None:
        """Sign in as a browser does."""
        self.read_token("/sign-in")
        if self.form("/sign-in", {"login": login, "password": password}) not in (302, 303):
            raise SystemExit(f"{login} could not sign in")

    def read_token(self, path: str) -> str:
        """Get a page and keep the token of its form."""
        _status, text = self.get(path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        if found is not None:
            self._csrf = found[1]
        return text

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        if self._cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, text


def at_once(count: int, work: Any) -> None:
    """Run work(number) in so many threads and pass on the first failure."""
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
