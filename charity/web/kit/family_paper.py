"""A family's card in words: what its public side says to everybody, what its private side takes from the open file."""

from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.adapters.fonts import printable
from charity.queries.household_files import ConsentCard, DutyCard, FactCard, FileCard, PersonCard
from charity.queries.households import HouseholdCard
from charity.queries.regions import place_path
from charity.web.kit.formats import alias, day, number, place
from charity.web.kit.labels import label
from charity.web.kit.papers import base_url, brand, tongue
from charity.web.kit.register import fact_value, register_word

if TYPE_CHECKING:
    from charity.adapters.pdf_family import PrivateSide, PublicSide
    from charity.adapters.pdf_tables import Table

NOTHING = "–"


def draw_public(card: HouseholdCard) -> bytes:
    """Draw the side of a family's card that may hang on a wall."""
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print a card
    from charity.adapters.pdf_family import public_side  # noqa: PLC0415

    return public_side(_public(card), lang=tongue())


def draw_private(card: HouseholdCard, file: FileCard) -> bytes:
    """Draw the side for the locked file, of what the viewer has open just now."""
    from charity.adapters.pdf_family import private_side  # noqa: PLC0415  # heavy, see above

    return private_side(_private(card, file), lang=tongue())


def _public(card: HouseholdCard) -> "PublicSide":
    from charity.adapters.pdf_family import PublicSide  # noqa: PLC0415  # heavy, see above

    address = f"{base_url().partition('://')[2]}/concern"
    return PublicSide(
        title=_("Circle family card"),
        bearer=alias(card.alias),
        township=printable(place(card.region[:9])),
        rights_title=_("The rights of your family"),
        rights=(
            _("You may ask the township at any time who has looked at your file, and why."),
            _("You may say no to anything being published; that never costs you help."),
            _("You may take back a yes at any time, and send back what does not fit."),
            _("Nobody may ask you for money, a gift or a photo of a face for any help."),
        ),
        link=f"{base_url()}/concern",
        shown_link=_("Report a concern: %(address)s", address=address),
        brand=brand(),
        serial=_("Card number: %(number)s", number=card.ref),
    )


def _private(card: HouseholdCard, file: FileCard) -> "PrivateSide":
    from charity.adapters.pdf_family import PrivateSide  # noqa: PLC0415  # heavy, see above

    return PrivateSide(
        title=_("For the locked file only: %(alias)s", alias=alias(card.alias)),
        note=_("This side stays in the locked file: not on a wall, not in a photo, not in other hands."),
        rows=_rows(card, file),
        tables=_tables(file),
        foot=_(
            "Printed on %(day)s under an open file; the printing stands in the list of those who looked.",
            day=day(now()),
        ),
    )


def _tables(file: FileCard) -> tuple["Table", ...]:
    from charity.adapters.pdf_tables import Table  # noqa: PLC0415  # heavy, see above

    people = (
        (_("Name"), 22.0),
        (_("Relation"), 15.0),
        (_("Sex"), 9.0),
        (_("Born on"), 22.0),
        (_("School stage"), 18.0),
    )
    facts = (
        (_("Fact"), 27.0),
        (_("Answer"), 27.0),
        (_("Person"), 16.0),
        (_("As of"), 20.0),
        (_("Written down by"), 20.0),
    )
    said = ((_("Person"), 18.0), (_("Use"), 34.0), (_("Given by"), 18.0), (_("Answer"), 10.0), (_("Good until"), 20.0))
    duties = (
        (_("Responsible as"), 30.0),
        (_("Child"), 18.0),
        (_("Name"), 18.0),
        (_("Phone"), 24.0),
        (_("Since"), 20.0),
    )
    held = tuple(_duty(line) for line in file.responsible if line.until is None)
    return (
        Table(title=_("Family members"), columns=people, rows=tuple(_person(person) for person in file.people)),
        Table(title=_("Dated facts"), columns=facts, rows=tuple(_fact(fact) for fact in file.facts)),
        *((Table(title=_("People responsible"), columns=duties, rows=held),) if held else ()),
        Table(title=_("Consents"), columns=said, rows=tuple(_consent(consent) for consent in file.consents)),
    )


def _rows(card: HouseholdCard, file: FileCard) -> tuple[tuple[str, str], ...]:
    spoken: str = current_app.extensions["language"]()
    return (
        (_("Head of the family"), file.head_name),
        (_("Village"), printable(place_path(card.region, language=spoken))),
        (_("Address"), file.address),
        (_("Phone of the family"), file.phone or NOTHING),
        (_("Phone of a relative"), file.relative_phone or NOTHING),
        (_("Registered as"), str(register_word("category", card.category))),
        (_("Family members"), number(card.members)),
        (_("Verified"), day(card.verified_at) if card.verified_at else _("not yet")),
        (_("Card number"), card.ref),
    )


def _person(person: PersonCard) -> tuple[str, ...]:
    stage = str(label("stage", person.school_stage)) if person.school_stage else NOTHING
    words = (register_word("relation", person.relation), register_word("sex", person.sex))
    return (person.name, *(str(word) for word in words), day(person.birth), stage)


def _duty(line: DutyCard) -> tuple[str, ...]:
    return (
        str(register_word("duty", line.duty)),
        line.child or NOTHING,
        line.name,
        line.phone or NOTHING,
        day(line.since),
    )


def _fact(fact: FactCard) -> tuple[str, ...]:
    asked, said = str(register_word("fact", fact.key)), printable(str(fact_value(fact.key, fact.value)))
    return (asked, said, fact.member or NOTHING, day(fact.as_of), fact.recorded_by)


def _consent(consent: ConsentCard) -> tuple[str, ...]:
    until = day(consent.valid_until) if consent.is_granted and consent.valid_until else NOTHING
    answer = _("Yes") if consent.is_granted else _("No")
    use, by = register_word("consent", consent.purpose), register_word("given-by", consent.given_by)
    return (consent.member, str(use), str(by), answer, until)
