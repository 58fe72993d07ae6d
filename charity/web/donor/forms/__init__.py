"""Forms of the audience: donor."""
