"""Flask hello: what the web server can do when the page costs nothing. python -m bench.hello PORT WORKERS"""

import sys

from flask import Flask

from charity.cli.launch.web import THREADS

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "hello"


if __name__ == "__main__":
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    port, workers = int(sys.argv[1]), int(sys.argv[2])
    Granian(
        "bench.hello:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
