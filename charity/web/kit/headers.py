"""Headers on every answer: a strict content policy, no framing, no sniffing, and who may keep a copy."""

from flask import Flask, Response, g, request

from charity.adapters.assets import Assets
from charity.web.kit.viewer import viewer

YEAR = 31_536_000
SHUT = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
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
    policies = {secure: content_policy(assets, is_secure=secure) for secure in (False, True)}

    def finish(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policies[request.is_secure])
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
        headers.setdefault("Cache-Control", _cache_rule(response))
        response.vary.update(("Cookie", "Accept-Encoding"))
        return response

    app.after_request(finish)


def _cache_rule(response: Response) -> str:
    if request.method not in ("GET", "HEAD") or "Set-Cookie" in response.headers:
        return "no-store"
    kept_for: int | None = g.get("kept_for")
    if response.status_code >= 400:
        return "no-store"
    if viewer().is_signed_in:
        return "no-store"
    return "private, no-cache" if kept_for is None else f"public, max-age={kept_for}"
