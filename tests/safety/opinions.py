"""Second opinions of the safety tests' world: one that waits for a yes, one that was agreed to."""

from datetime import date, timedelta
from io import BytesIO
from secrets import token_bytes

from PIL import Image
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, transaction
from charity.adapters.sealed_documents import keep_copy
from charity.adapters.sealed_pictures import draw, put_sealed
from charity.adapters.totp import code_of
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import NotPermitted
from charity.domain.second_factor import steps_around
from charity.models.households import Consent, Member
from charity.models.passkeys import Passkey
from charity.queries.bases import get_basis
from charity.queries.second_factors import get_new_secret
from charity.services import opinions, programmes, roles, second_factors
from charity.services.register import consent_papers
from charity.web.kit.pictures import photo_store
from tests.kit import people
from tests.kit import village as v
from tests.kit.opinions import newest_question

STEPS = "steps@example.org"


def add_opinions(actors: dict[str, Actor], refs: dict[str, str], login: str) -> None:
    """Ask twice; one question is agreed to. The donor is setting an app up."""
    for key, until in (("agreed_question", date(2098, 1, 1)), ("question", date(2097, 1, 1))):
        try:
            roles.grant(actors["administrator"], login=login, role=Role.REVIEWER, region=v.TOWNSHIP, until=until)
        except NotPermitted:
            refs[key] = newest_question()
    opinions.agree(actors["auditor"], refs["agreed_question"])
    second_factors.begin(actors["donor"])
    refs["passkey"] = add_passkey(actors["donor"].account_id)
    add_passkey(add_second_step())


def add_passkey(account_id: int) -> str:
    """Give somebody a passkey; gives its reference."""
    with transaction() as tx:
        key = Passkey(ref=new_ref(), account_id=account_id, credential_id=token_bytes(20), public_key=b"x")
        key.sign_count, key.name, key.added_at = 0, "钥匙扣", tx.now
        tx.session.add(key)
        return key.ref


def add_second_step() -> int:
    """Let somebody sign in in two steps from now on; gives the account's number."""
    there = people.signed_up(STEPS, nickname="林中小路")
    second_factors.begin(there)
    end_reading()
    secret = get_new_secret(there, issuer="x").text.replace(" ", "")
    end_reading()
    second_factors.confirm(there, code_of(secret, steps_around(now())[0]))
    return there.account_id


def add_paper(volunteer: Actor, home: str, member: str) -> None:
    """Keep the photo of a signed consent, of somebody whose consents end soon."""
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    consent_papers.keep(volunteer, home, member, key=put_sealed(draw(out.getvalue()), photo_store()))
    with transaction() as tx:
        person = tx.session.scalars(select(Member.id).where(Member.ref == member)).one()
        theirs = update(Consent).where(Consent.member_id == person, Consent.valid_until.is_not(None))
        soon = day_of(tx.now) + timedelta(days=30)
        tx.session.execute(theirs.values(valid_until=soon, recorded_at=tx.now - timedelta(days=335)))


def add_document(administrator: Actor, refs: dict[str, str]) -> None:
    """Record a document of the campaign's legal basis, with a copy."""
    programme = refs["programme"]
    document = programmes.add_document(
        administrator, programme, kind="filing", number="备案2026-77", issued_by="民政局", valid_until=None
    )
    copy = keep_copy(v.PDF, photo_store())
    programmes.keep_file(
        administrator,
        programme,
        document,
        key=copy.key,
        media_type=copy.media_type,
        size=copy.size,
        sha256=copy.sha256,
    )
    end_reading()
    refs["basis_document"] = document
    refs["basis_copy"] = get_basis(administrator, programme)[1][0].copies[0].ref
    end_reading()
