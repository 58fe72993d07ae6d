"""Wishes: posting, reviewing, keeping them true, and taking them down."""
