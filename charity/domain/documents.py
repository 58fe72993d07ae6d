"""What people agree to and say when they sign up, with the version in force: a changed text gets a new version."""

from enum import StrEnum


class Document(StrEnum):
    """What is agreed to at sign-up; the rules for children's data are read, and agreed to by consent.

    ADULT is no text but the word of whoever signs up that he is 18 or older.
    """

    TERMS = "terms"
    PRIVACY = "privacy"
    CHILDREN = "children"
    ADULT = "adult"


VERSIONS: dict[Document, str] = {
    Document.TERMS: "2026-11-01",
    Document.PRIVACY: "2026-11-22",
    Document.CHILDREN: "2026-11-22",
    Document.ADULT: "2026-11-22",
}
AGREED_AT_SIGN_UP = (Document.TERMS, Document.PRIVACY)
SAID_AT_SIGN_UP = (*AGREED_AT_SIGN_UP, Document.ADULT)
