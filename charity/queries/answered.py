"""What a request was answered when it was made before: its own maker may hear it again."""

from charity.domain.actors import Actor
from charity.models.acts import First, find_first

__all__ = ["First", "find_first_answer"]


def find_first_answer(viewer: Actor) -> First | None:
    """Give the first answer to the very request the viewer makes now; refused when its body was another."""
    return find_first(viewer.once)
