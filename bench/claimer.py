"""One process that claims through the service function: python -m bench.claimer SECONDS, told what on its input."""

import itertools
import json
import random
import sys
import time

from charity.adapters.db import end_reading
from charity.domain.actors import AccountKind, Actor
from charity.factory import create_app
from charity.services.pledges.claim import claim


def main() -> None:
    """Make ready, wait for the word, claim for so many seconds, and tell what each claim took."""
    seconds, told = float(sys.argv[1]), json.loads(sys.stdin.readline())
    givers = itertools.cycle(
        Actor(account_id=number, ref=str(number), kind=AccountKind.ORGANISATION, verified=True)
        for number in told["accounts"]
    )
    chance, took = random.Random(time.time_ns()), list[float]()
    with create_app().app_context():
        claim(next(givers), chance.choice(told["wishes"]), units=1)  # the first one builds what is built once
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        while (at := time.perf_counter()) - began < seconds:
            claim(next(givers), chance.choice(told["wishes"]), units=1)
            took.append(time.perf_counter() - at)
            end_reading()
        spent = time.perf_counter() - began
    print(json.dumps({"took": took, "spent": spent}))


if __name__ == "__main__":
    main()
