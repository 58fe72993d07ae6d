"""Wishes as each audience sees them."""
