"""Circles as people see them: public, room, letters, desk, own."""
