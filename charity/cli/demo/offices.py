"""What offices of the demonstration do about each other: a picture taken down at once, a role that waits for two."""

from contextlib import suppress
from datetime import timedelta

from charity.cli.demo.cast import login_of
from charity.cli.demo.stage import Stage
from charity.domain.actors import VISITOR, Role
from charity.domain.errors import NotPermitted
from charity.queries.home import get_home
from charity.services import roles
from charity.services.pledges import cases
from charity.services.wishes import takedowns

SOON = timedelta(minutes=40)
PLACE = "990101001"


def report_picture(stage: Stage) -> None:
    """Let a visitor report a wish's picture, and a reviewer of the county take it out of sight within the hour."""
    newest = get_home(VISITOR, with_demo=True).newest
    card = next((one for one in newest if one.photo_url and one.county in stage.cast.county_reviewers), None)
    words = "图片背景里似乎能看到门牌，请看一下。"
    if card is None:
        cases.report(VISITOR, reason="privacy", words=words, page="/wishes")
        return
    page = f"/wishes/{card.ref}"
    number = cases.report(VISITOR, reason="privacy", words=words, page=page, wish_ref=card.ref)
    reviewer = stage.cast.county_reviewers[card.county]
    stage.time.put(stage.time.now + SOON, lambda: takedowns.take_down(reviewer, number, scope="photo"))


def ask_for_second(stage: Stage) -> None:
    """Let the administrator ask for a reviewer's role: it waits for the auditor's yes."""
    until = (stage.time.now + timedelta(days=365)).date()
    with suppress(NotPermitted):  # that is how it waits
        roles.grant(stage.cast.administrator, login=login_of("donor"), role=Role.REVIEWER, region=PLACE, until=until)
