"""What people do with their accounts."""

from charity.services.accounts.addresses import ask_address, verify_address
from charity.services.accounts.changes import accept_terms, change_password, choose_language, choose_notices, rename
from charity.services.accounts.closing import close, disable, enable
from charity.services.accounts.create import create, grant_role
from charity.services.accounts.reset import ask_reset, resend_reset, reset_password
from charity.services.accounts.seconded import Contact, reset_step, unmask
from charity.services.accounts.sign_up import resend_sign_up, sign_up, verify_sign_up
from charity.services.accounts.tokens import end_token, make_token

__all__ = [
    "Contact",
    "accept_terms",
    "ask_address",
    "ask_reset",
    "change_password",
    "choose_language",
    "choose_notices",
    "close",
    "create",
    "disable",
    "enable",
    "end_token",
    "grant_role",
    "make_token",
    "rename",
    "resend_reset",
    "resend_sign_up",
    "reset_password",
    "reset_step",
    "sign_up",
    "unmask",
    "verify_address",
    "verify_sign_up",
]
