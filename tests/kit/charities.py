"""Organisations for tests: registered by somebody, looked at by an office."""

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.organisations import BankAccount, Becomes, check_sign
from charity.models.organisations import Organisation
from charity.queries.organisations.acting import find_acting
from charity.services.organisations import decide, officers
from charity.services.organisations.apply import Application, apply
from charity.services.organisations.decide import Rights

BANK_NUMBER = "6222998877665544332"
BANK_NAME = "云桥银行清河支行"
CONTACT, PHONE = "闻人守正", "13612340011"


def number(serial: int) -> str:
    """Make a well-formed registration number of nobody."""
    body = f"53990000MJ9{serial:06d}"
    return body + check_sign(body)


def application(name: str, serial: int, region: str, *, kind: str = "foundation", bank: bool = True) -> Application:
    """Write down an organisation."""
    held = BankAccount(holder=name, bank=BANK_NAME, number=BANK_NUMBER) if bank else BankAccount()
    return Application(
        name=name,
        number=number(serial),
        kind=kind,
        region=region,
        contact=CONTACT,
        phone=PHONE,
        email=f"office{serial}@charity.example.org",
        bank=held,
    )


def verified(
    officer: Actor,
    office: Actor,
    name: str,
    serial: int,
    region: str,
    *,
    kind: str = "foundation",
    rights: Rights | None = None,
) -> str:
    """Register an organisation and let an office verify it; gives its reference."""
    ref = apply(officer, application=application(name, serial, region, kind=kind))
    takes = kind == "foundation"
    decide.verify(office, ref, is_checked=True, rights=rights or Rights(takes_money=takes))
    return ref


def make_officer(officer: Actor, office: Actor, ref: str, person: str) -> None:
    """Let a member speak for an organisation: an officer asks, its office confirms."""
    change = officers.ask(officer, ref, person, becomes=Becomes.OFFICER)
    officers.confirm(office, ref, change)


def acting(officer: Actor, ref: str) -> Actor:
    """Give an officer as he acts in his organisation's name."""
    end_reading()
    found = find_acting(officer, ref)
    end_reading()
    assert found is not None
    return found


def row_of(ref: str) -> Organisation:
    """Read an organisation as it is committed now."""
    end_reading()
    return reading().scalars(select(Organisation).where(Organisation.ref == ref)).one()
