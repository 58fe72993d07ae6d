"""The application as it lies on the disk now, in a process that a web server has forked."""

import sys
from importlib import import_module

# The web server that forked this process may be of an older version than what lies on the disk now: nothing of ours
# that it had loaded is used, or a reload would mix the two.
_KEPT = (__name__, "charity.cli.launch.served")
for _name in [name for name in sys.modules if name.startswith("charity.") and name not in _KEPT]:
    if not __name__.startswith(f"{_name}."):
        del sys.modules[_name]

app = import_module("app").app
