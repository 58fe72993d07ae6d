"""Static files and compression: names that change with the content may be kept for ever."""

from flask import Flask
from flask_compress import Compress
from whitenoise import WhiteNoise

from charity.adapters.assets import STATIC, is_immutable

COMPRESSED = ["text/html", "text/css", "text/plain", "application/json", "application/problem+json", "image/svg+xml"]


def init_static(app: Flask) -> None:
    """Serve static/dist by WhiteNoise, precompressed, and compress pages as the reader's program accepts."""
    app.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIN_SIZE=500,
    )
    Compress(app)
    served = WhiteNoise(app.wsgi_app, immutable_file_test=is_immutable)
    served.add_files(str(STATIC / "dist"), prefix="static/dist/")
    app.wsgi_app = served  # pyright: ignore[reportAttributeAccessIssue]
