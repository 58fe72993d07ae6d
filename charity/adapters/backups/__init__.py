"""Copies of an installation that are whole at one moment, and what is written about them; keys are never among them."""
