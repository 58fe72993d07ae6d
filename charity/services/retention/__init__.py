"""How long records are kept, and forgetting what is over its time."""
