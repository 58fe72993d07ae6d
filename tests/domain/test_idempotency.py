import pytest

from charity.domain.errors import Conflict, Invalid
from charity.domain.idempotency import Verdict, judge, normal_key


@pytest.mark.parametrize(
    ("text", "key"), [("k1", "k1"), ('"k-1"', "k-1"), (" 8e03978e-40d5-43dd ", "8e03978e-40d5-43dd")]
)
def test_keys(text, key):
    assert normal_key(text) == key


@pytest.mark.parametrize("text", ["", "  ", "a b", "钥匙", "x" * 201, "a\tb"])
def test_other_texts_are_no_keys(text):
    with pytest.raises(Invalid, match="idempotency-key-shape"):
        normal_key(text)


def test_verdicts():
    assert judge(stored_body=None, is_finished=False, body=b"a") is Verdict.FIRST
    assert judge(stored_body=b"a", is_finished=True, body=b"a") is Verdict.REPEAT
    with pytest.raises(Invalid, match="other-body-same-key"):
        judge(stored_body=b"b", is_finished=True, body=b"a")
    with pytest.raises(Conflict, match="request-in-progress"):
        judge(stored_body=b"a", is_finished=False, body=b"a")
