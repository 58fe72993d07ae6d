"""Pages of the audience: donor."""
