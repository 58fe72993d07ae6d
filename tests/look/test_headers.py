"""What every answer says to browsers and caches."""

import base64
import hashlib
import re

from tests.look.samples import DONOR, sample_app


def test_the_one_inline_style_is_the_one_allowed() -> None:
    reply = sample_app().test_client().get("/wishes")
    style = re.search(r"<style>(.*?)</style>", reply.get_data(as_text=True), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = reply.headers["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_strict_transport_only_over_https() -> None:
    client = sample_app().test_client()
    assert "Strict-Transport-Security" not in client.get("/wishes").headers
    secure = client.get("/wishes", base_url="https://localhost")
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
    assert "upgrade-insecure-requests" in secure.headers["Content-Security-Policy"]


def test_the_other_headers() -> None:
    headers = sample_app().test_client().get("/wishes").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"


def test_answers_to_forms_are_never_kept() -> None:
    assert sample_app(DONOR).test_client().post("/sample").headers["Cache-Control"] == "no-store"
