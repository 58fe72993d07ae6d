"""Forms of the audience: admin."""
