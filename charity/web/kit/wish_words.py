"""The words for the codes of wishes: things, reasons, sizes, what reviewers look at and say."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

Words = Mapping[str, LazyString]

CATEGORIES: Words = {
    "school-bag": _l("School bag"),
    "stationery": _l("Stationery"),
    "books": _l("Books"),
    "desk-lamp": _l("Desk lamp"),
    "desk-chair": _l("Desk and chair"),
    "coat": _l("Coat or padded jacket"),
    "clothes": _l("Clothes"),
    "shoes": _l("Shoes"),
    "bedding": _l("Bedding"),
    "quilt": _l("Quilt"),
    "kitchen": _l("Kitchen things"),
    "food-staples": _l("Rice, flour and oil"),
    "heater": _l("Heater"),
    "small-appliance": _l("Small appliance"),
    "care-aid": _l("Care and walking aid"),
    "farm-tool": _l("Farm tool"),
    "seed-feed": _l("Seed, feed or chicks"),
    "sports": _l("Sports things"),
    "art-music": _l("Art and music things"),
    "toy-game": _l("Toy or game"),
    "classroom-set": _l("Classroom set"),
    "lab-set": _l("Science set"),
    "computer-set": _l("Computer and technology set"),
    "hygiene": _l("Hygiene things"),
    "other-goods": _l("Something else"),
    "lessons": _l("Lessons"),
    "home-help": _l("Help at home"),
    "farm-produce": _l("Farm produce"),
    "school-costs": _l("School costs"),
    "living-costs": _l("Living costs"),
}

REASONS: Words = {
    "starts-school": _l("starts a new school year"),
    "outgrown": _l("has outgrown the old one"),
    "worn-out": _l("the old one is worn out"),
    "winter-comes": _l("the winter is cold"),
    "learns-better": _l("wants to learn better with it"),
    "likes-it": _l("loves to do it"),
    "lives-away-from-home": _l("boards at school, away from home"),
    "with-grandparents": _l("lives with the grandparents"),
    "lost-in-disaster": _l("lost it in a disaster"),
    "cares-for-ill": _l("somebody ill is cared for at home"),
    "old-alone": _l("lives alone in old age"),
    "wants-to-earn": _l("wants to earn with own work"),
    "lacks-daily-things": _l("lacks this for daily life"),
    "class-has-none": _l("the class has none"),
    "too-few-for-all": _l("there are too few for all"),
    "village-uses-together": _l("the village uses it together"),
}

INTERESTS: Words = {
    "reading": _l("reading"),
    "drawing": _l("drawing"),
    "football": _l("football"),
    "basketball": _l("basketball"),
    "table-tennis": _l("table tennis"),
    "skipping": _l("rope skipping"),
    "singing": _l("singing"),
    "music": _l("making music"),
    "dancing": _l("dancing"),
    "chess": _l("chess"),
    "science": _l("science"),
    "nature": _l("nature"),
    "handicraft": _l("handicraft"),
    "writing": _l("writing"),
}

UNITS: Words = {
    "piece": _l("piece"),
    "set": _l("set"),
    "pair": _l("pair"),
    "copy": _l("copy"),
    "bag": _l("bag"),
    "box": _l("box"),
    "share": _l("share"),
    "hour": _l("hour"),
    "kilogram": _l("kilogram"),
}

CHILD_SEXES: Words = {"girl": _l("Girl"), "boy": _l("Boy")}

NECESSITIES: Words = {
    "basic": _l("Daily life"),
    "learning": _l("Learning"),
    "livelihood": _l("Earning a living"),
    "growing": _l("Growing and playing"),
}

PRICES: Words = {
    "to-50": _l("up to 50 yuan"),
    "50-100": _l("50 to 100 yuan"),
    "100-300": _l("100 to 300 yuan"),
    "over-300": _l("more than 300 yuan"),
}

CHECKS: Words = {
    "need-is-real": _l("The need is real and fits the family or site"),
    "price-is-fair": _l("The price is what such a thing costs, new and without a brand"),
    "words-tell-nobody": _l("The words tell no name, school, village, phone or account"),
    "point-fits": _l("The service point is right and tells nobody where a child lives or learns"),
    "shows-the-thing": _l("The picture shows the thing that is needed"),
    "no-person": _l("No face and nobody can be seen in the picture"),
    "no-name": _l("No person's name can be read in the picture"),
    "no-school-or-village-name": _l("No school badge and no name of a school or village can be seen in the picture"),
    "no-contact": _l("No writing with a number, an address, a code or an account can be read in the picture"),
    "not-used-before": _l("The picture was not used for another wish"),
}

DECISIONS: Words = {
    "approve": _l("Agreed and published"),
    "endorse": _l("Agreed; a second reviewer is needed"),
    "second-approve": _l("Agreed as the second reviewer and published"),
    "return": _l("Sent back"),
    "reject": _l("Not accepted"),
    "refer": _l("Referred to public assistance"),
    "override": _l("A limit was lifted"),
    "lower": _l("Fewer units wanted"),
    "reopen": _l("Opened again"),
    "withdraw": _l("Taken down"),
}

REVIEW_REASONS: Words = {
    "photo-unclear": _l("The picture is unclear or missing"),
    "photo-shows-person": _l("A person can be seen in the picture"),
    "photo-used-before": _l("The picture was used before"),
    "words-tell-who": _l("The words tell who or where it is"),
    "words-unclear": _l("The words are unclear"),
    "price-wrong": _l("The price does not fit"),
    "units-wrong": _l("The number of units does not fit"),
    "size-wrong": _l("The size is missing or does not fit"),
    "point-wrong": _l("Another service point is needed"),
    "need-unproven": _l("The need is not shown yet"),
    "not-a-need": _l("It is not a need"),
    "too-dear": _l("It is too dear"),
    "forbidden-thing": _l("Such things are not asked for here"),
    "already-helped": _l("Help for this has arrived already"),
    "not-entitled": _l("The family or site is not entitled"),
    "double": _l("The same need was posted before"),
    "medical": _l("Illness: medical assistance"),
    "housing": _l("Housing assistance"),
    "minimum-living": _l("Minimum living allowance"),
    "disability": _l("Assistance for disabled people"),
    "schooling-aid": _l("School aid"),
    "emergency": _l("Emergency relief"),
    "met-elsewhere": _l("The need was met elsewhere"),
    "moved-away": _l("The family moved away"),
    "no-longer-needed": _l("It is no longer needed"),
    "asked-by-family": _l("The family asked for it"),
    "posted-wrongly": _l("It was posted by mistake"),
    "other": _l("Another reason"),
}

SITES: Words = {"school": _l("A school"), "village": _l("A village")}

WISH_GROUPS: Mapping[str, Words] = {
    "category": CATEGORIES,
    "reason": REASONS,
    "interest": INTERESTS,
    "unit_label": UNITS,
    "sex": CHILD_SEXES,
    "necessity": NECESSITIES,
    "price": PRICES,
    "check": CHECKS,
    "decision": DECISIONS,
    "review_reason": REVIEW_REASONS,
    "site": SITES,
}
