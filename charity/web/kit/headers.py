"""Headers on every answer: a strict content policy, no framing, no sniffing, and who may keep a copy."""

from flask import Flask, Response, g, request

from charity.adapters.assets import Assets
from charity.web.kit.viewer import viewer

YEAR = 31_536_000
SHUT = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
VARY = ("Cookie", "Accept-Encoding")
PERMISSIONS = ", ".join(f"{name}=()" for name in SHUT.split())


def content_policy(assets: Assets, *, is_secure: bool) -> str:
    """Write the content policy: nothing from another host, no inline script, the one inline style by its digest."""
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' '{assets.critical_digest}'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        *(["upgrade-insecure-requests"] if is_secure else []),
    ]
    return "; ".join(rules)


def may_be_kept(seconds: int) -> None:
    """Let shared caches keep this answer for a while, when a visitor without an account asks for it."""
    g.kept_for = seconds


def init_headers(app: Flask, assets: Assets) -> None:
    """Put the headers on every answer of the site."""
    usual = {secure: _usual(assets, is_secure=secure) for secure in (False, True)}

    def finish(response: Response) -> Response:
        headers = response.headers
        there = {name.lower() for name, _ in headers}
        headers.extend([pair for name, pair in usual[request.is_secure] if name not in there])
        if "cache-control" not in there:
            headers.add("Cache-Control", _cache_rule(response))
        if "vary" in there:
            response.vary.update(VARY)
        else:
            headers.add("Vary", ", ".join(VARY))
        return response

    app.after_request(finish)


def _usual(assets: Assets, *, is_secure: bool) -> list[tuple[str, tuple[str, str]]]:
    """List the headers that say the same on every answer, each under its name in small letters."""
    said = {
        "Content-Security-Policy": content_policy(assets, is_secure=is_secure),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        **({"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"} if is_secure else {}),
    }
    return [(name.lower(), (name, value)) for name, value in said.items()]


def _cache_rule(response: Response) -> str:
    if request.method not in ("GET", "HEAD") or "Set-Cookie" in response.headers:
        return "no-store"
    kept_for: int | None = g.get("kept_for")
    if response.status_code >= 400:
        return "no-store"
    if viewer().is_signed_in:
        return "no-store"
    return "private, no-cache" if kept_for is None else f"public, max-age={kept_for}"
