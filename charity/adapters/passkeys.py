"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is one of the key.

The library comes with certificates and formats of twelve megabytes, so a process loads it with its first answer.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Iterable
from dataclasses import dataclass

from charity.domain.passkeys import CHALLENGE_LASTS, Party

ES256, ED25519, RS256 = -7, -8, -257
WAITS = int(CHALLENGE_LASTS.total_seconds()) * 1000
LONGEST_ID = 1023


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new passkey: by what it is found, its public half, and how often it has answered."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def text_of(data: bytes) -> str:
    """Write bytes as browsers take them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def ask_new(party: Party, *, challenge: bytes, site: str, person: bytes, name: str, known: Iterable[bytes]) -> str:
    """Write what a browser is asked for a new passkey of somebody; none of those he has."""
    asked = {
        "rp": {"id": party.host, "name": site},
        "user": {"id": text_of(person), "name": name, "displayName": name},
        "challenge": text_of(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (ED25519, ES256, RS256)],
        "timeout": WAITS,
        "excludeCredentials": [{"type": "public-key", "id": text_of(each)} for each in known],
        "authenticatorSelection": {"residentKey": "discouraged", "userVerification": "required"},
        "attestation": "none",
    }
    return json.dumps(asked)


def ask_step(party: Party, *, challenge: bytes, known: Iterable[bytes]) -> str:
    """Write what a browser is asked of one of somebody's passkeys."""
    asked = {
        "challenge": text_of(challenge),
        "timeout": WAITS,
        "rpId": party.host,
        "allowCredentials": [{"type": "public-key", "id": text_of(each)} for each in known],
        "userVerification": "required",
    }
    return json.dumps(asked)


def credential_of(answer: str) -> bytes:
    """Read which passkey an answer claims to be of; nothing where it is no answer."""
    try:
        claimed = json.loads(answer)["rawId"]
        return urlsafe_b64decode(f"{claimed}===")[:LONGEST_ID]
    except (ValueError, TypeError, KeyError, NoBase64, RecursionError):
        return b""


def read_new(answer: str, *, challenge: bytes, party: Party) -> Fresh | None:
    """Give the new passkey of an answer; None when it is not one to this challenge, for this site, by its owner."""
    from webauthn import verify_registration_response  # noqa: PLC0415  # heavy, and few ever need it
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        read = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError):
        return None
    return Fresh(read.credential_id, read.credential_public_key, read.sign_count)


def read_step(answer: str, *, challenge: bytes, party: Party, public_key: bytes) -> int | None:
    """Give how often a passkey has answered; None when the answer is not its own to this challenge for this site."""
    from webauthn import verify_authentication_response  # noqa: PLC0415  # heavy, and few ever need it
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        read = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # whether it counts on is asked by the rules of the site
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError):
        return None
    return read.new_sign_count
