"""Which thing a reported page is about."""

import pytest

from charity.domain.concerns import Thing, about, addresses_of, leaf_of, may_tell, page_of, photo_of, stands_at

REF = "k1xda0qta0kr0"


@pytest.mark.parametrize(
    ("page", "thing"),
    [
        (f"/wishes/{REF}", (Thing.WISH, REF)),
        (f"/Wishes/{REF.upper()}?lang=en", (Thing.WISH, REF)),
        (f"/CIRCLES/{REF}/seats#now", (Thing.CIRCLE, REF)),
        ("/join/ABCD2345", (Thing.LIST, "abcd2345")),
        ("/boards?metric=units&region=990101", (Thing.BOARD, "990101")),
        (f"/api/v1/wishes/{REF}", (Thing.WISH, REF)),
        (f"/api/v1/circles/{REF}", (Thing.CIRCLE, REF)),
        (f"/wishes/{REF}/share.png", (Thing.WISH, REF)),
        (f"/wishes/cards.pdf?wish={REF}", (Thing.WISH, REF)),
        (f"/book?before=3&wish={REF}#there", (Thing.WISH, REF)),
        (f"/wishes/cards.pdf?wish={REF}&wish={REF[::-1]}", None),
        (f"https://elsewhere.example/book?wish={REF}", None),
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


def test_pictures_and_records_may_tell_what_it_is_about() -> None:
    assert photo_of(f"/photos/{REF.upper()}-640.webp?v=1") == REF
    assert leaf_of("/book/12") == leaf_of("/book/12/entry.json") == 12
    assert all(may_tell(page) for page in (f"/photos/{REF}-640.webp", "/book/12", f"/wishes/{REF}"))
    assert not any(may_tell(page) for page in ("/book", "/wishes", f"/photos/{REF}", f"/book/{'9' * 16}", "/book/x"))


def test_what_somebody_names_may_be_written_in_several_ways() -> None:
    assert addresses_of(f"https://nplus1.example/wishes/{REF}?lang=en") == (f"/wishes/{REF}?lang=en",)
    assert f"/circles/{REF}" in addresses_of(REF.upper())
    assert addresses_of("ABCD2345") == ("/join/abcd2345",)
    assert addresses_of("the third one") == ()


def test_a_thing_found_otherwise_is_kept_with_the_address_that_was_reported() -> None:
    circle, wish = (Thing.CIRCLE, REF), (Thing.WISH, REF)
    assert stands_at(circle, f"/api/v1/circles/{REF}") == f"/circles/{REF}"
    assert about(stands_at(circle, "/book/12")) == circle
    assert stands_at(circle, "/book/12").endswith("/book/12")
    assert about(stands_at(circle, f"/circles/{REF}", came_from="/figures")) == circle
    assert stands_at(wish, "/book/12") == "/book/12"
    assert stands_at(wish, f"/wishes/{REF}", came_from="/figures") == "/figures"
