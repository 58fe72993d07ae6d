"""What an operator's checks say about a site's database, both asked in one process; prints it as JSON."""

import json
import sys

from charity.factory import create_app

VERBS = {"book": ("ledger", "verify"), "boards": ("boards", "compare")}


def main() -> None:
    """Ask both."""
    runner = create_app().test_cli_runner()
    said = {name: runner.invoke(args=list(verb)).output for name, verb in VERBS.items()}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
