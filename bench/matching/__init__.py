"""A simulated year of visits, driven by the shipped scores; and the lines that measure matching."""
