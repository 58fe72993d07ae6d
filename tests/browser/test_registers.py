"""The books of the register at a desk: a whole line is seen at once, in the language with the longer words, too."""

from collections.abc import Callable

import pytest

from charity.adapters.db import transaction
from charity.domain.actors import Role
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
BESIDE = "() => Math.max(...[...document.querySelectorAll('.table')].map(e => e.scrollWidth - e.clientWidth))"


@pytest.mark.parametrize("scripts", ["no-scripts"], indirect=True)
def test_no_column_of_a_book_lies_beside_a_desk(enter: Callable[..., Eyes]) -> None:
    village = v.build()
    with transaction() as tx:
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY[:2]))
    eyes = enter("auditor", by=auditor, size=DESKTOP)
    for code in (v.COUNTY[:2], v.COUNTY, v.VILLAGE):
        assert eyes.go(f"/registers/{code}", state=code).page.evaluate(BESIDE) <= 0, code
    eyes.to(f"main a[href='/households/{village.family.ref}']")
