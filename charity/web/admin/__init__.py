"""Pages of the audience: admin."""
