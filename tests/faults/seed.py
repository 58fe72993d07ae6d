"""Puts a town with its people and wishes into a database; prints the tokens as JSON. `--migrate` makes its tables."""

import json
import sys

from flask_migrate import upgrade

from charity.adapters.db import transaction
from charity.adapters.migrating import let_migrate
from charity.adapters.passwords import hash_password
from charity.domain.actors import Role
from charity.domain.regions import FIRST_PROVINCE
from charity.factory import create_app
from charity.models.regions import Region
from charity.services.accounts import tokens
from tests.kit import village as v
from tests.services import town as t

DONORS, WISHES, PLENTY = 24, 40, 1_000_000
PASSWORD = "three quiet words"
LOGIN = "signs-in@example.org"


def main() -> None:
    """Make everybody."""
    app = create_app()
    let_migrate(app)
    with app.app_context():
        if "--migrate" in sys.argv:
            upgrade()
        with transaction() as tx:
            v.add_regions(tx)
            if tx.session.get(Region, FIRST_PROVINCE) is None:  # so that a start finds nothing to load
                tx.session.add(Region(code=FIRST_PROVINCE, parent="", level=1, name="湖南省"))
        town = t.found_town()
        with transaction() as tx:
            v.add_person(tx, email=LOGIN, password_hash=hash_password(PASSWORD))
        donors = [t.person(kind="organisation") for _ in range(DONORS)]
        made = {
            "donors": [tokens.make_token(donor, name="faults") for donor in donors],
            "keeper": tokens.make_token(town.volunteer, name="faults"),
            "reviewer": tokens.make_token(town.reviewer, name="faults"),
            "volunteer": tokens.make_token(t.person((Role.VOLUNTEER, t.TOWNSHIP)), name="faults"),
            "wishes": [t.wish(town, wanted=PLENTY, unit_fen=1, site=True) for _ in range(WISHES)],
            "login": LOGIN,
            "password": PASSWORD,
        }
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
