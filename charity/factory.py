"""Building the application: settings, adapters, rooms, doors."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

import charity.models  # noqa: F401  # pyright: ignore[reportUnusedImport] - makes the metadata complete
from charity.adapters import crypto, db, redis
from charity.adapters.assets import build_assets
from charity.adapters.limits import LimitRules, count_early, limit_requests
from charity.adapters.locale import init_locale
from charity.adapters.logs import configure_logging
from charity.adapters.settings import ROOT, Environment, Settings, read_settings
from charity.adapters.statements import engine_of
from charity.api import board_door
from charity.api.spec import describe
from charity.cli.verbs import Verbs
from charity.queries.demo import is_demo_loaded
from charity.queries.inbox import unread_badge
from charity.queries.own_places import callers_of
from charity.queries.regions import place_name
from charity.web.kit import health, observe, refusals
from charity.web.kit.bodies import LARGEST_TEXTS, init_bodies
from charity.web.kit.cookies import TimelessCookies
from charity.web.kit.doors import Doors, pass_door, pass_own_room
from charity.web.kit.folding import SpokenEnvironment
from charity.web.kit.forgery import init_forgery
from charity.web.kit.formats import init_formats
from charity.web.kit.headers import init_headers
from charity.web.kit.page import init_pages
from charity.web.kit.sessions import keep_alive
from charity.web.kit.static import init_static
from charity.web.kit.viewer import viewer
from charity.web.public import wall_door

AUDIENCES = ("public", "account", "donor", "volunteer", "reviewer", "admin", "auditor")
SESSION_DAYS = 30
DRAWING = {"public_wish_sheets.cards": "12 per minute"}  # each costs a processor for seconds
SEEN_LIMIT = "240 per minute"  # a school behind one address looks at the wall together


def create_app(settings: Settings | None = None) -> Flask:
    """Build an application from settings (read from the environment when not given)."""
    chosen = settings or read_settings()
    app = Flask("charity", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_environment = SpokenEnvironment  # before anybody asks for it
    init_bodies(app)
    app.extensions["settings"] = chosen
    app.extensions["demo"] = is_demo_loaded
    _configure(app, chosen)
    configure_logging(json=chosen.is_production)
    crypto.configure(chosen.data_key)
    db.set_up(app, chosen)
    redis.connect(chosen)
    engine = engine_of(app)
    # behind the memory of one second, which `observe` puts up, and before all else
    wall_door.put_before(app, engine=engine, counts=lambda address: counts(address))
    observe.init_observing(app)
    limiter = limit_requests(
        app,
        redis_url=chosen.redis_url,
        secret=chosen.secret_key,
        rules=LimitRules(apart={"public_seen.report": SEEN_LIMIT}, drawing=DRAWING),
        enabled=chosen.env is not Environment.TEST,
    )
    counts = count_early(limiter, secret=chosen.secret_key)
    board_door.put_before(app, find=callers_of(engine), counts=counts)
    _set_up_pages(app, chosen)
    _add_rooms(app)
    app.cli = Verbs(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.session_interface = TimelessCookies()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXTS,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="circle",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=SESSION_DAYS * 86400,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.env is Environment.TEST,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.ensure_ascii = False  # pyright: ignore[reportAttributeAccessIssue]


def _set_up_pages(app: Flask, settings: Settings) -> None:
    assets = build_assets()
    init_locale(app, account_language=_account_language)
    init_formats(app, place_names=_place_in_language)
    init_headers(app, assets)
    init_pages(app, assets=assets, operator=settings.operator, viewer=viewer, demo=is_demo_loaded, unread=unread_badge)
    refusals.init_refusals(app)
    app.after_request(keep_alive)
    if settings.public_url.startswith("https:"):  # behind one TLS proxy of our own
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)
    init_static(app)


def _place_in_language(code: str) -> str:
    return place_name(code, language=current_app.extensions["language"]())


def _account_language() -> str | None:
    seen = viewer()
    return seen.language if seen.is_signed_in else None


def _add_rooms(app: Flask) -> None:
    doors = Doors()
    csrf = init_forgery(app)
    for room in (health, observe):
        app.register_blueprint(room.bp)
        doors.add(room.bp.name, room.DOORS)
    for module in _rooms():
        app.register_blueprint(module.bp)
        doors.add(module.bp.name, module.DOORS)
        if module.__name__.startswith("charity.api") or getattr(module, "PROVES_ITSELF", False):
            csrf.exempt(module.bp)
    describe(app)
    app.extensions["doors"] = doors
    doors.check(app)

    def guard() -> None:
        endpoint = request.endpoint
        if endpoint is not None:
            pass_door(doors.of(endpoint), viewer())
            pass_own_room(endpoint, viewer())

    app.before_request(guard)


def _rooms() -> Iterator[ModuleType]:
    packages = [*(f"charity.web.{audience}" for audience in AUDIENCES), "charity.api"]
    for name in packages:
        package = import_module(name)
        for found in iter_modules(package.__path__):
            module = import_module(f"{name}.{found.name}")
            if hasattr(module, "bp"):
                yield module
