"""Pages of the audience: volunteer."""
