"""Fill a fresh site's database with so many pledges and donors: python -m bench.bulk PLEDGES DONORS."""

import json
import sys

from bench.bulk.make import make
from charity.factory import create_app

if __name__ == "__main__":
    with create_app().app_context():
        made = make(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(made.told()))
