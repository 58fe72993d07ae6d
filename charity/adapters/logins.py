"""What people sign in with: an e-mail address or a phone number, in one normal form each."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from charity.adapters.crypto import digest
from charity.domain.errors import Invalid
from charity.domain.identity import normal_email, normal_mobile

HOME = "CN"
LONGEST = 254


@dataclass(frozen=True, slots=True)
class Login:
    """A normal e-mail address, or a phone number: 11 digits of mainland China, else +country and number."""

    kind: Literal["email", "phone"]
    value: str

    @property
    def channel(self) -> Literal["mail", "sms"]:
        """Name the channel that reaches it."""
        return "mail" if self.kind == "email" else "sms"

    @property
    def digest(self) -> bytes:
        """Give the keyed digest by which it is found, the same as the register's for an equal address."""
        return digest(self.kind, self.value)

    @property
    def masked(self) -> str:
        """Show enough to recognise it, not enough to use it."""
        if self.kind == "phone":
            return f"{self.value[:3]}****{self.value[-4:]}"
        name, _, domain = self.value.partition("@")
        return f"{name[:1]}***@{domain}"


def read_login(text: str, *, field: str = "login") -> Login:
    """Read an e-mail address or a phone number as people type them; Invalid when it is neither."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > LONGEST:
        raise Invalid("login-shape", field=field)
    return _email(plain, field) if "@" in plain else _phone(plain, field)


def _email(plain: str, field: str) -> Login:
    try:
        checked = validate_email(plain, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid("email-shape", field=field) from None
    return Login("email", normal_email(checked.normalized, field=field))


def _phone(plain: str, field: str) -> Login:
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException:
        raise Invalid("login-shape", field=field) from None
    if number.country_code == phonenumbers.country_code_for_region(HOME):
        return Login("phone", normal_mobile(plain, field=field))
    if not phonenumbers.is_valid_number(number):
        raise Invalid("phone-shape", field=field)
    return Login("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
