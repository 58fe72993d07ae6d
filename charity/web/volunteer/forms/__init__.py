"""Forms of the volunteers."""
