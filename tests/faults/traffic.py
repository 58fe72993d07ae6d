"""People who give while something breaks: each act has one key, is asked until answered, and is noted when it was."""

import http.client
import json
import random
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.faults.site import Site

ASK_AGAIN, PATIENCE = 0.1, 300.0
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
AGAIN = frozenset({503, 429})
WAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("donor", "plan", {"method": "shop"}),
    ("donor", "send", {"courier": "post"}),
    ("keeper", "receive", {}),
    ("keeper", "hand-over", {}),
    ("reviewer", "confirm", {"basis": "call-back"}),
)


@dataclass(slots=True)
class Journal:
    """What people were told: every acknowledged act, how long each answer took, and what was odd."""

    states: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, what: str, status: int, seconds: float) -> None:
        """Note an answer."""
        with self.lock:
            self.answers[f"{what} {status}"] += 1
            self.seconds.setdefault(what, []).append(seconds)

    def strange(self, what: str) -> None:
        """Note an answer nobody should get."""
        with self.lock:
            self.odd.append(what)

    def p95(self, what: str) -> float:
        """Give what 95 of 100 answers stayed below; those that came at all."""
        took = sorted(self.seconds.get(what, [0.0]))
        return took[min(len(took) - 1, int(len(took) * 0.95))]

    def forget_times(self) -> None:
        """Begin to measure anew."""
        with self.lock:
            self.seconds.clear()


class Caller:
    """One program's line to the site, from an address of its own; broken lines are opened again."""

    def __init__(self, site: Site, journal: Journal | None = None) -> None:
        self._port = site.port
        self.journal = journal or Journal()
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        body: Any = None,
        key: str = "",
        what: str = "",
        wait: float = 30,
    ) -> tuple[int, Any]:
        """Ask once; (0, None) when no answer came."""
        address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        began = time.monotonic()
        status, text = self._sent(method, path, None if body is None else json.dumps(body), headers, wait)
        self.journal.took(what or path, status, time.monotonic() - began)
        return status, _read(text)

    def _sent(
        self, method: str, path: str, body: str | bytes | None, headers: dict[str, str], wait: float
    ) -> tuple[int, str]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=wait)
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, ""

    def until_answered(
        self, path: str, *, token: str, body: Any, what: str, seconds: float = PATIENCE
    ) -> tuple[int, Any]:
        """Do one act under one key, asked again while nobody answers or the site is busy."""
        key, until = secrets.token_hex(12), time.monotonic() + seconds
        while True:
            status, told = self.ask("POST", path, token=token, body=body, key=key, what=what)
            in_progress = status == 409 and told.get("code") == "request-in-progress"
            if status not in AGAIN and status and not in_progress and status != 500:
                return status, told
            if status == 500:
                self.journal.strange(f"{what} 500")
            if time.monotonic() > until:
                return status, told
            time.sleep(ASK_AGAIN)

    def upload(self, path: str, picture: bytes, token: str) -> tuple[int, Any]:
        """File a picture with the name of a witness."""
        edge = secrets.token_hex(16)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="witness"\r\n\r\n见证人\r\n--{edge}\r\n'
        head += 'Content-Disposition: form-data; name="photo"; filename="slip.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        body = head.encode() + picture + f"\r\n--{edge}--\r\n".encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={edge}"}
        headers |= {"Idempotency-Key": secrets.token_hex(12), "X-Forwarded-Proto": "https"}
        status, text = self._sent("POST", path, body, headers, 60)
        return status, _read(text)

    def sign_in(self, login: str, password: str) -> int:
        """Try to sign in by the form; gives the status."""
        return self.sign_in_as(login, password)[0]

    def sign_in_as(self, login: str, password: str) -> tuple[int, str]:
        """Sign in as a browser without anything; gives status and cookies."""
        status, cookies, page = self.browse("GET", "/sign-in")
        found = _CSRF.search(page)
        if found is None:
            return status, cookies
        fields = {"csrf_token": found[1], "once": secrets.token_hex(8), "login": login, "password": password}
        return self.browse("POST", "/sign-in", fields=fields, cookies=cookies)[:2]

    def browse(
        self, method: str, path: str, *, fields: dict[str, str] | None = None, cookies: str = ""
    ) -> tuple[int, str, str]:
        """Ask for a page or send a form; gives status, cookies and text."""
        headers = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", "Cookie": cookies}
        headers |= {"Host": "circle.test", "Referer": "https://circle.test/"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as line:
            line.request(method, path, urlencode(fields) if fields else None, headers)
            answer = line.getresponse()
            kept = dict(said.split("=", 1) for said in cookies.split("; ") if "=" in said)
            for said in answer.headers.get_all("Set-Cookie") or []:
                name, _sign, value = said.partition(";")[0].partition("=")
                kept[name] = value
            return answer.status, "; ".join(f"{n}={v}" for n, v in kept.items()), answer.read().decode()

    def close(self) -> None:
        """Close the line."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except ValueError:
        return text


def live_one(
    site: Site, caller: Caller, donor: str, *, steps: int = len(WAY), stop: threading.Event | None = None
) -> str:
    """Claim one unit and bring it so far on its way; gives the pledge, or nothing when it was not claimed."""
    people, journal = site.people, caller.journal
    wish = random.choice(people["wishes"])
    status, told = caller.until_answered(f"/api/v1/wishes/{wish}/pledges", token=donor, body={"units": 1}, what="claim")
    if status != 201:
        journal.strange(f"claim {status} {told}")
        return ""
    ref = str(told["id"])
    with journal.lock:
        journal.states[ref] = str(told["state"])
    for who, act, body in WAY[:steps]:
        if stop is not None and stop.is_set():
            return ref
        token = donor if who == "donor" else people[who]
        more = {"tracking": f"{random.randrange(10**12, 10**13)}"} if act == "send" else {}
        status, told = caller.until_answered(f"/api/v1/pledges/{ref}/{act}", token=token, body=body | more, what=act)
        if status != 200:
            journal.strange(f"{act} {status} {told}")
            return ref
        with journal.lock:
            journal.states[ref] = str(told["state"])
    return ref


def claim_and_cancel(site: Site, caller: Caller, donor: str) -> str:
    """The shortest way to show that the site takes acts; gives the pledge."""
    ref = live_one(site, caller, donor, steps=0)
    status, told = caller.until_answered(f"/api/v1/pledges/{ref}/cancel", token=donor, body={}, what="cancel")
    assert status == 200, told
    with caller.journal.lock:
        caller.journal.states[ref] = str(told["state"])
    return ref


@contextmanager
def giving(site: Site, journal: Journal, *, people: int = 4, pause: float = 0.0) -> Iterator[None]:
    """Let so many people give, one wish after the other, for as long as the block lasts."""
    stop = threading.Event()

    def work(number: int) -> None:
        caller, donors = Caller(site, journal), site.people["donors"][number::people]
        while not stop.is_set():
            live_one(site, caller, random.choice(donors), stop=stop)
            stop.wait(pause)
        caller.close()

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE + 30)
    assert not any(thread.is_alive() for thread in threads), "somebody was never answered"
