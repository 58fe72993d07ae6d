"""Doors for operators' programs: alive, ready."""

from flask import Blueprint, Response, current_app, jsonify

from charity.queries.health import is_database_ready, is_redis_ready
from charity.web.kit.doors import OPEN

bp = Blueprint("health", __name__)
DOORS = {"alive": OPEN, "ready": OPEN}


@bp.get("/healthz")
def alive() -> Response:
    """Answer while the process lives; touches nothing."""
    return current_app.response_class("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say which of the two stores answer; without a database the site cannot serve."""
    database = is_database_ready()
    return jsonify(database=database, redis=is_redis_ready()), 200 if database else 503
