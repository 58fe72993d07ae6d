import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Invalid
from charity.domain.passwords import LEAST, MOST, may_use


@pytest.mark.parametrize(
    "password", ["four green apples", "山高水长远山含笑清溪潺潺", "Tq7-wide-Lantern", "x9!kfp02lmzq"]
)
def test_long_uncommon_passwords_pass(password):
    may_use(password, login="reader@example.org")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password-short"),
        ("x" * (MOST + 1), "password-long"),
        ("password123", "password-common"),
        ("Password123!", "password-common"),
        ("qwertyuiop", "password-common"),
        ("1234567890", "password-common"),
        ("13812345678", "password-common"),
        ("aaaaaaaaaa", "password-common"),
        ("abababababab", "password-common"),
        ("abcdefghijkl", "password-common"),
        ("tongxinyuan1", "password-common"),
        ("TongXinYuan2026", "password-common"),
        ("1q2w3e4r5t", "password-common"),
        ("reader2026", "password-common"),
        ("ｐａｓｓｗｏｒｄ１２３", "password-common"),
    ],
)
def test_weak_ones_are_refused(password, code):
    with pytest.raises(Invalid, match=code):
        may_use(password, login="reader@example.org")


@given(st.text(max_size=LEAST - 1))
def test_nothing_short_passes(password):
    with pytest.raises(Invalid):
        may_use(password)
