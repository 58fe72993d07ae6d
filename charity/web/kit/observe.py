"""What operators see of each request: an id in the logs and in the answer, its duration, its refusal."""

import hmac
import time
from http import HTTPStatus
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, g, request

from charity.adapters import metrics
from charity.adapters.logs import bind_request_id
from charity.adapters.settings import Settings
from charity.domain.errors import Missing
from charity.queries.operating import list_figures
from charity.web.kit.doors import OPEN
from charity.web.kit.front import Front
from charity.web.kit.kept import kept_seconds

bp = Blueprint("observe", __name__)
DOORS = {"figures": OPEN}
CLAIMS = {"api_wishes.claim": HTTPStatus.CREATED, "donor_pledges.make_claim": HTTPStatus.FOUND}
HEADER = "X-Request-Id"


@bp.get("/metrics")
def figures() -> Response:
    """Give the site's figures to a program on this machine, or to one that knows the token."""
    if not _may_look():
        raise Missing
    settings: Settings = current_app.extensions["settings"]
    text, kind = metrics.exposition(list_figures(settings.instance_path))
    return current_app.response_class(text, content_type=kind)


def _may_look() -> bool:
    settings: Settings = current_app.extensions["settings"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.metrics_token and hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
        return True
    return _is_loopback(request.remote_addr) and "X-Forwarded-For" not in request.headers


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def init_observing(app: Flask) -> None:
    """Give each request an id and count what became of it, also of those that the front door answers."""
    app.wsgi_app = Front(  # pyright: ignore[reportAttributeAccessIssue]
        app.wsgi_app,
        seconds=lambda: kept_seconds(app),
        name=bind_request_id,
        took=metrics.request_took,
        id_header=HEADER,
    )

    def begin() -> None:
        g.request_id = bind_request_id(request.headers.get(HEADER))
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        metrics.request_took(request.endpoint, response.status_code, time.perf_counter() - g.get("began", 0.0))
        if refusal := g.get("refusal"):
            metrics.refused(refusal)
        elif request.endpoint in CLAIMS and response.status_code == CLAIMS[request.endpoint]:
            metrics.claimed("api" if response.status_code == HTTPStatus.CREATED else "page")
        response.headers[HEADER] = g.get("request_id", "")
        return response

    app.before_request(begin)
    app.after_request(end)
