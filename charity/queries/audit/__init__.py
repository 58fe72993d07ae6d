"""The audit list of pledges: filtered rows, and the whole trail of one pledge."""

from charity.queries.audit.filters import AuditFilters
from charity.queries.audit.rows import (
    AuditPage,
    AuditRow,
    PointChoice,
    count_pledges,
    find_donor,
    list_pledges,
    list_points,
    stream_pledges,
)
from charity.queries.audit.trail import Trail, get_slip_photo, get_trail

__all__ = [
    "AuditFilters",
    "AuditPage",
    "AuditRow",
    "PointChoice",
    "Trail",
    "count_pledges",
    "find_donor",
    "get_slip_photo",
    "get_trail",
    "list_pledges",
    "list_points",
    "stream_pledges",
]
