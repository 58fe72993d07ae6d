"""Which thing a reported page is about."""

import pytest

from charity.domain.concerns import Thing, about, page_of

REF = "k1xda0qta0kr0"


@pytest.mark.parametrize(
    ("page", "thing"),
    [
        (f"/wishes/{REF}", (Thing.WISH, REF)),
        (f"/Wishes/{REF.upper()}?lang=en", (Thing.WISH, REF)),
        (f"/CIRCLES/{REF}/seats#now", (Thing.CIRCLE, REF)),
        ("/join/ABCD2345", (Thing.LIST, "abcd2345")),
        ("/boards?metric=units&region=990101", (Thing.BOARD, "990101")),
        (f"/wishes/{REF}x", None),
        (f"/households/{REF}", None),
        (f"https://elsewhere.example/wishes/{REF}", None),
    ],
)
def test_a_page_is_about_one_thing_or_none(page: str, thing: tuple[Thing, str] | None) -> None:
    assert about(page) == thing


def test_two_ways_to_write_an_address_are_one_page() -> None:
    assert page_of(f"/Wishes/{REF.upper()}?from=mail") == page_of(f"/wishes/{REF}") == f"/wishes/{REF}"
    assert page_of("/figures") == "/figures"
