"""The ranked wall: what its index is built from, one page of it, why a card stands where it stands, its figures."""
