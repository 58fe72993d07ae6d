"""Notices about what has entered the county's pool, for every reviewer of the county who may take it."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "parcel-in-county-pool": (
        _l("County pool: %(title)s"),
        _l("A parcel has no volunteer, and its township did not act. Any reviewer of the county may see to it now."),
    ),
    "order-in-county-pool": (
        _l("County pool: %(title)s"),
        _l(
            "A purchase waits to be shipped: its village has no volunteer, and nobody of its township may. Any "
            "reviewer of the county who stands on no other side of the family may ship it now."
        ),
    ),
    "check-in-county-pool": (
        _l("County pool: %(title)s"),
        _l("A confirmation by code waits for its check. Any reviewer of the county who did not print the card may."),
    ),
    "household-in-county-pool": (
        _l("A family of your county waits to be verified"),
        _l("Its township could not or did not verify it. Every reviewer of the county may do so now."),
    ),
    "card-in-county-pool": (
        _l("A family of your county waits for its code card"),
        _l("Nobody in its township may print one. Every reviewer of the county may do so now."),
    ),
}

PATHS: dict[str, str] = {
    "parcel-in-county-pool": "/desk/parcels/%(pledge)s",
    "order-in-county-pool": "/desk/orders/%(pledge)s",
    "check-in-county-pool": "/confirmations/%(pledge)s",
    "household-in-county-pool": "/households/%(household)s",
    "card-in-county-pool": "/households/%(household)s",
}
