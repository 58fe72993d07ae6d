"""Opening a pledge's evidence (tracking numbers, photos of slips): for which purpose, and for how long."""

from datetime import timedelta
from enum import StrEnum

OPEN_FOR = timedelta(minutes=15)


class EvidencePurpose(StrEnum):
    """Why an auditor looks; asked and logged before anything shows."""

    CASE = "case"
    SAMPLE = "sample"
    COMPLAINT = "complaint"
    REQUEST = "request"
