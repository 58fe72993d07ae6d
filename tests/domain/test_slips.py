"""Who may witness a family's slip, who may sign for a site, and that the township says what it has checked."""

import pytest

from charity.domain.errors import Invalid, NotPermitted
from charity.domain.slips import (
    SlipCheck,
    checks_of,
    may_rest_on,
    may_sign,
    may_witness,
    name_forms,
    role_on_slip,
)


@pytest.mark.parametrize("is_site", [False, True])
def test_a_slip_carries_nothing_before_all_of_it_was_checked(is_site: bool) -> None:
    needed = checks_of(is_site=is_site)
    may_rest_on([check.value for check in needed], is_site=is_site)
    for left_out in needed:
        with pytest.raises(Invalid, match="slip-not-checked"):
            may_rest_on([check.value for check in needed if check is not left_out], is_site=is_site)


def test_the_check_of_a_family_does_not_do_for_a_site() -> None:
    with pytest.raises(Invalid):
        may_rest_on([SlipCheck.MATCHES, SlipCheck.WITNESS], is_site=True)
    with pytest.raises(Invalid):
        may_rest_on([SlipCheck.MATCHES, SlipCheck.SIGNER], is_site=False)


def test_a_witness_stands_outside() -> None:
    may_witness({b"w"}, helpers={b"h"}, family={b"f"})
    with pytest.raises(Invalid, match="witness-is-helper"):
        may_witness({b"w", b"h"}, helpers={b"h"}, family={b"f"})
    with pytest.raises(Invalid, match="witness-is-family"):
        may_witness({b"f"}, helpers={b"h"}, family={b"f"})


def test_a_signer_had_no_part() -> None:
    may_sign({"s"}, posters={"p"}, receivers={"r"})
    may_sign({"s"}, posters={"p"}, receivers=())
    for signer in ("p", "r"):
        with pytest.raises(NotPermitted, match="signer-handled-it"):
            may_sign({"s", signer}, posters={"p", "q"}, receivers={"r", "o"})
    with pytest.raises(NotPermitted):
        may_sign({"p"}, posters={"p"}, receivers=())


def test_names_are_compared_without_what_hurry_adds() -> None:
    assert name_forms("买买提·艾力") & name_forms("买买提 艾力")
    assert name_forms(" ＺＨＡＮＧ san") & name_forms("Zhang San")
    assert not name_forms("张三") & name_forms("张四")
    assert name_forms("  ") == frozenset()


def test_roles_are_known() -> None:
    assert role_on_slip("head", is_site=True) == "head"
    assert role_on_slip("", is_site=False) is None
    with pytest.raises(Invalid, match="witness-role-unknown"):
        role_on_slip("head", is_site=False)
    with pytest.raises(Invalid, match="witness-role-unknown"):
        role_on_slip("neighbour", is_site=True)
