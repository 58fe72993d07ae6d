"""The documents people agree to, with the version in force: a changed text gets a new version."""

from enum import StrEnum


class Document(StrEnum):
    """What is agreed to at sign-up; the rules for children's data are read, and agreed to by consent."""

    TERMS = "terms"
    PRIVACY = "privacy"
    CHILDREN = "children"


VERSIONS: dict[Document, str] = {
    Document.TERMS: "2026-11-01",
    Document.PRIVACY: "2026-11-01",
    Document.CHILDREN: "2026-11-01",
}
AGREED_AT_SIGN_UP = (Document.TERMS, Document.PRIVACY)
