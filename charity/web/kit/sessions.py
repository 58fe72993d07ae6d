"""The browser's side of a session: the cookie carries its token, and a session in use is kept alive."""

import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace

from flask import Response, current_app, g, request, session

from charity.domain.actors import Actor
from charity.domain.errors import Busy
from charity.services import sessions
from charity.web.kit.viewer import SESSION_TOKEN, forget_viewer

# One process asks the database at most this often per session; the service itself holds to five minutes.
ASK_EVERY = 300.0
MOST_REMEMBERED = 50_000
# The first sign that a browser's own description holds names it: many call themselves Chrome and Safari as well.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_asked: OrderedDict[int, float] = OrderedDict()


def begin(token: str) -> None:
    """Let this browser carry a session from now on; what it carried before is forgotten."""
    session.clear()
    session[SESSION_TOKEN] = token
    session.permanent = True
    forget_viewer()


def forget() -> None:
    """Let this browser carry nothing any more."""
    session.clear()
    forget_viewer()


def device() -> str:
    """Name the browser and its system as their owner may recognise them; nothing more of it is kept."""
    told = request.user_agent.string
    found = [next((name for sign, name in signs if sign in told), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def network() -> bytes:
    """Give the digest of the network address the request comes from."""
    return sessions.address_key(request.remote_addr or "")


def language() -> str:
    """Give the language this page is spoken in."""
    spoken: str = current_app.extensions["language"]()
    return spoken


def keep_alive(response: Response) -> Response:
    """Note that the session is in use; asked of the database only now and then."""
    seen: Actor | None = g.get("viewer")
    if seen is not None and seen.session_id is not None and response.status_code < 400 and _is_time(seen.session_id):
        with suppress(Busy):  # the next page will do
            sessions.touch(replace(seen, once=None))
    return response


def _is_time(session_id: int) -> bool:
    now = time.monotonic()
    if now - _asked.get(session_id, -ASK_EVERY) < ASK_EVERY:
        return False
    _asked[session_id] = now
    _asked.move_to_end(session_id)
    while len(_asked) > MOST_REMEMBERED:
        _asked.popitem(last=False)
    return True
