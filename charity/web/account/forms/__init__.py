"""Forms of the audience: account."""
