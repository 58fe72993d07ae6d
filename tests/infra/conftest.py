"""Infrastructure tests start servers, whose sockets want short paths; the run's own folder is short and swept away."""

import tempfile
from pathlib import Path

import pytest

from tests.kit import home


@pytest.fixture
def tmp_path() -> Path:
    return Path(tempfile.mkdtemp(dir=home.here()))
