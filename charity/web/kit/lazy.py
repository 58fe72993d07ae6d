"""Lazy sentences for form labels: WTForms' types ask for plain text, and a lazy sentence becomes it when shown."""

from collections.abc import Callable
from typing import cast

from flask_babel import lazy_gettext

lazy = cast(Callable[[str], str], lazy_gettext)
