"""Reading accounts: who acts, what is their own, who works in a region."""

from charity.queries.accounts.actors import (
    find_actor_by_login,
    find_actor_by_session,
    find_actor_by_token,
    is_waiting,
)
from charity.queries.accounts.download import get_own_data
from charity.queries.accounts.own import (
    OwnAccount,
    SessionCard,
    TokenCard,
    find_name_taken,
    get_own_account,
    has_terms_to_accept,
    list_own_grants,
    list_sessions,
    list_tokens,
)
from charity.queries.accounts.people import GrantCard, PersonCard, get_person, list_people

__all__ = [
    "GrantCard",
    "OwnAccount",
    "PersonCard",
    "SessionCard",
    "TokenCard",
    "find_actor_by_login",
    "find_actor_by_session",
    "find_actor_by_token",
    "find_name_taken",
    "get_own_account",
    "get_own_data",
    "get_person",
    "has_terms_to_accept",
    "is_waiting",
    "list_own_grants",
    "list_people",
    "list_sessions",
    "list_tokens",
]
