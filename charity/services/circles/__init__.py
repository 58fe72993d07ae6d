"""Circles: proposing and opening one, taking and leaving seats, months and letters, and what the calendar does."""
