"""Notices about wishes: to whoever posted them, reviews them or waits for them."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "wish-to-review": (
        _l("A wish waits for your review"),
        _l("“%(title)s” was handed in. Please review it within five working days, under “Reviews”."),
    ),
    "wish-to-second-review": (
        _l("A wish waits for a second reviewer"),
        _l(
            "“%(title)s” is unusual or dear. One reviewer has agreed; a second one must look within three working days."
        ),
    ),
    "wish-review-soon": (
        _l("A wish still waits for review"),
        _l("“%(title)s” should be reviewed by %(until)s. After that the whole county may review it."),
    ),
    "wish-in-county-pool": (
        _l("A wish of your county was not reviewed in time"),
        _l("“%(title)s” waited too long in its township. Every reviewer of the county may review it now."),
    ),
    "wish-published": (
        _l("Your wish is public"),
        _l("“%(title)s” was checked and stands on the wall. In 90 days you are asked whether the need still stands."),
    ),
    "wish-returned": (
        _l("A wish was sent back to you"),
        _l("“%(title)s” needs changes. The reasons stand under “Wishes I posted”; correct it and hand it in again."),
    ),
    "wish-rejected": (
        _l("A wish was not accepted"),
        _l("“%(title)s” was not accepted. The reasons stand under “Wishes I posted”."),
    ),
    "wish-referred": (
        _l("A need was referred to public assistance"),
        _l("“%(title)s” belongs to public assistance. Which office helps stands under “Wishes I posted”."),
    ),
    "wish-limit-lifted": (
        _l("You may hand a draft in"),
        _l("A reviewer has lifted the limit for “%(title)s”. You can hand it in now."),
    ),
    "wish-renew-soon": (
        _l("Does the need still stand?"),
        _l("“%(title)s” leaves the wall at %(until)s unless you renew it under “Wishes I posted”."),
    ),
    "wish-stale": (
        _l("A wish has left the wall"),
        _l("“%(title)s” was not renewed. Nobody can claim it until you say that the need still stands."),
    ),
    "wish-consent-ends-soon": (
        _l("A consent ends soon"),
        _l("The consent behind “%(title)s” ends on %(until)s. Please ask again, or the wish will leave the wall."),
    ),
    "wish-unguarded": (
        _l("A wish for hours is out of sight"),
        _l(
            "No adult lives in the family of “%(title)s” any more, so its hours are with children. It names no second "
            "adult, or asks for a call without a school. Withdraw it and post it anew; if an adult lives there, write "
            "that down and renew it."
        ),
    ),
    "wish-consent-ended": (
        _l("A consent has ended, and its wish is out of sight"),
        _l("The consent behind “%(title)s” has ended. Ask again, then renew the wish under “Wishes I posted”."),
    ),
    "wish-lowered": (
        _l("A wish now asks for less"),
        _l("A reviewer has lowered “%(title)s” to %(wanted)s units. The reason is on record."),
    ),
    "wish-withdrawn": (
        _l("A wish was taken down"),
        _l("A reviewer has taken “%(title)s” down. The reason is on record."),
    ),
    "wish-reopened": (
        _l("A wish looks for givers again"),
        _l("After a ruling, “%(title)s” stands on the wall again."),
    ),
}

# Where posters and reviewers find it; everybody else reads the wish's own page.
PATHS: dict[str, str] = {
    "wish-to-review": "/reviews/wishes/%(wish)s",
    "wish-to-second-review": "/reviews/wishes/%(wish)s",
    "wish-review-soon": "/reviews/wishes/%(wish)s",
    "wish-in-county-pool": "/reviews/wishes/%(wish)s",
    "wish-returned": "/desk/wishes/%(wish)s/edit",
    "wish-rejected": "/desk/wishes",
    "wish-referred": "/desk/wishes",
    "wish-limit-lifted": "/desk/wishes/%(wish)s/edit",
    "wish-renew-soon": "/desk/wishes",
    "wish-stale": "/desk/wishes",
    "wish-withdrawn": "/desk/wishes",
    "wish-consent-ends-soon": "/desk/wishes",
    "wish-consent-ended": "/desk/wishes",
    "wish-unguarded": "/desk/wishes",
}
