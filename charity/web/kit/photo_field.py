"""The field of a form in which a photo is chosen; the browser already says when one is too large to send."""

from typing import Any

from flask_wtf.file import FileField
from markupsafe import Markup

from charity.adapters.photos import MAX_BYTES
from charity.web.kit.sentences import sentence


class PhotoField(FileField):
    """A photo, with the size above which the page's script asks for another one before anything is sent."""

    def __call__(self, **attributes: Any) -> Markup:
        """Write the field."""
        said = sentence("photo-too-large", {"megabytes": MAX_BYTES // 1024 // 1024})
        return super().__call__(**{"accept": "image/*", "data-most": MAX_BYTES, "data-too-large": said} | attributes)
