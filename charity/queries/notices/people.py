"""Notices about accounts and roles, and the messages that carry codes."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "verify-code": (
        _l("Your code: %(code)s"),
        _l("Your code is %(code)s. It is good for %(minutes)s minutes. If you did not ask for it, do nothing."),
    ),
    "reset-code": (
        _l("Your code: %(code)s"),
        _l(
            "To choose a new password, type %(code)s. It is good for %(minutes)s minutes. If it was not you, do "
            "nothing."
        ),
    ),
    "address-known": (
        _l("You have an account already"),
        _l(
            "Somebody, perhaps you, tried to use this address for an account. It has one: sign in, or ask for a "
            "new password. If it was not you, do nothing."
        ),
    ),
    "password-changed": (
        _l("Your password was changed"),
        _l(
            "The password of your account was changed and your other sessions have ended. If it was not you, ask "
            "for a new password at once."
        ),
    ),
    "address-changed": (
        _l("An address of your account was proved"),
        _l("Your account now uses %(address)s. If it was not you, change your password at once."),
    ),
    "account-enabled": (_l("Your account is open again"), _l("An administrator has opened your account again.")),
    "second-step-set": (
        _l("You now sign in in two steps"),
        _l(
            "An authenticator app was set up for your account. If it was not you, ask your administrator at once to "
            "shut the account out."
        ),
    ),
    "second-step-removed": (
        _l("Your second step was taken away"),
        _l("Your account signs in in one step again. If it was not you, change your password at once."),
    ),
    "second-step-tried": (
        _l("Wrong codes at your second step"),
        _l(
            "Somebody who knows your password typed %(tries)s wrong codes. If it was not you, change your password at "
            "once."
        ),
    ),
    "passkey-added": (
        _l("A passkey was added: %(name)s"),
        _l("It takes the second step of signing in. If it was not you, change your password and take it away at once."),
    ),
    "passkey-removed": (
        _l("A passkey was taken away: %(name)s"),
        _l(
            "It opens nothing any more, and all other sessions and tokens of yours have ended. If it was not you, "
            "change your password at once."
        ),
    ),
    "passkey-copied": (
        _l("A passkey may have been copied: %(name)s"),
        _l("An answer of it came that it had given before, so it was refused. Take the passkey away."),
    ),
    "recovery-code-used": (
        _l("A recovery code was used"),
        _l("Somebody signed in with one of your recovery codes. If it was not you, change your password at once."),
    ),
    "second-opinion-wanted": (
        _l("Somebody asks for your yes"),
        _l(
            "An administrator or auditor wants to do something that needs two people. Please look at it within "
            "%(hours)s hours."
        ),
    ),
    "second-opinion-given": (
        _l("A second person agreed"),
        _l("What you asked for was agreed to. Carry it out under “Second opinions”; it counts once."),
    ),
    "second-opinion-refused": (
        _l("A second person refused"),
        _l("What you asked for was refused and stays undone."),
    ),
    "address-seen": (
        _l("An office looked at your address"),
        _l("Two people of the office agreed that one of them sees your e-mail address or phone number in full."),
    ),
    "role-granted": (
        _l("You were given a role"),
        _l("An administrator has given you a role. “My account” shows which, where and until when."),
    ),
    "role-revoked": (
        _l("One of your roles has ended"),
        _l("An administrator has taken a role away. “My account” shows the roles you still hold."),
    ),
}

PATHS: dict[str, str] = {
    **dict.fromkeys(
        ("password-changed", "address-changed", "account-enabled", "role-granted", "role-revoked"), "/account"
    ),
    **dict.fromkeys(
        (
            "second-step-set",
            "second-step-removed",
            "second-step-tried",
            "recovery-code-used",
            "passkey-added",
            "passkey-removed",
            "passkey-copied",
        ),
        "/account/second-factor",
    ),
    **dict.fromkeys(("second-opinion-wanted", "second-opinion-given", "second-opinion-refused"), "/opinions"),
    "address-seen": "/account",
    "address-known": "/sign-in",
}
