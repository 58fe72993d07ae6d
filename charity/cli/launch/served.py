"""The application inside a web worker process; the worker ends with its web server, whatever ends that."""

import os
from importlib import import_module

from charity.adapters.processes import tie, watch

SERVER_PID = "CHARITY_WEB_PID"

_server = int(os.environ[SERVER_PID])
tie(_server)
watch(_server)
app = import_module("app").app  # after the tie: building the application takes a moment
