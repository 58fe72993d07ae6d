"""Forms of the audience: reviewer."""
