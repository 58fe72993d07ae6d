"""Checking the book against itself, against its checkpoints, and the tables; the first difference is named."""

from charity.ledger.verifying.differences import Difference, Report
from charity.ledger.verifying.verify import verify

__all__ = ["Difference", "Report", "verify"]
