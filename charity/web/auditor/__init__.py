"""Pages of the audience: auditor."""
