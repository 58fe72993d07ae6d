"""The words of the register: categories, relations, facts, consents, purposes."""

from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels

CATEGORIES: Labels = {
    "low-income": _l("Low-income family (minimum living allowance)"),
    "extreme-poverty": _l("Person in extreme hardship under public care"),
    "marginal": _l("Family just above the allowance"),
    "unstable": _l("Family whose way out is not yet firm"),
    "sudden-hardship": _l("Family in sudden hardship"),
    "orphan": _l("Orphan"),
    "unattended-child": _l("Child without effective care"),
    "disability": _l("Family with a disabled member"),
}

RELATIONS: Labels = {
    "head": _l("Head of the family"),
    "spouse": _l("Husband or wife"),
    "child": _l("Son or daughter"),
    "grandchild": _l("Grandchild"),
    "parent": _l("Father or mother"),
    "grandparent": _l("Grandparent"),
    "sibling": _l("Brother or sister"),
    "other": _l("Other relative"),
}

SEXES: Labels = {"female": _l("Female"), "male": _l("Male")}

FACT_GROUPS: Labels = {
    "members": _l("People"),
    "income": _l("Income and spending"),
    "living": _l("Living conditions"),
    "causes": _l("Causes of hardship"),
    "help": _l("Help received"),
    "way-out": _l("Way out"),
}

FACTS: Labels = {
    "health": _l("Health"),
    "schooling": _l("Schooling"),
    "labour": _l("Able to work"),
    "away-for-work": _l("Away for work"),
    "income-per-head": _l("Yearly income per head (yuan)"),
    "wages": _l("Wages in the year (yuan)"),
    "farming": _l("Farming income in the year (yuan)"),
    "transfers": _l("Public transfers in the year (yuan)"),
    "spending-on-need": _l("Spending forced by illness, schooling or disaster (yuan)"),
    "housing": _l("House"),
    "water": _l("Drinking water"),
    "heating": _l("Heating in winter"),
    "land-mu": _l("Farmland (mu)"),
    "minutes-to-school": _l("Minutes on foot to school"),
    "illness": _l("Illness"),
    "disability": _l("Disability"),
    "schooling-cost": _l("Cost of schooling"),
    "no-labour-force": _l("Nobody able to work"),
    "disaster": _l("Disaster"),
    "lost-earner": _l("Lost its earner"),
    "allowance": _l("Allowance a month (yuan)"),
    "public-measures": _l("Public measures"),
    "other-donations": _l("Other donations"),
    "plan": _l("Plan"),
    "measure": _l("Measure"),
    "expected-by": _l("Expected by (year)"),
}

FACT_VALUES: Labels = {
    "yes": _l("Yes"),
    "no": _l("No"),
    "well": _l("Well"),
    "long-ill": _l("Ill for long"),
    "gravely-ill": _l("Gravely ill"),
    "disabled": _l("Disabled"),
    "none": _l("None"),
    "in-school": _l("At school"),
    "boarding": _l("Boarding at school"),
    "left-early": _l("Left school early"),
    "finished": _l("Finished school"),
    "able": _l("Fully able"),
    "partly": _l("Partly"),
    "unable": _l("Not able"),
    "safe": _l("Safe"),
    "repair-needed": _l("Needs repair"),
    "unsafe": _l("Unsafe"),
    "none-own": _l("No house of their own"),
    "tap": _l("Tap water"),
    "well-water": _l("Well water"),
    "carried": _l("Carried from afar"),
    "enough": _l("Enough"),
    "short": _l("Short"),
    "work": _l("Work"),
    "training": _l("Training"),
    "care": _l("Care"),
    "public-aid": _l("Public assistance"),
    "schooling": _l("Schooling"),
    "farming": _l("Farming"),
}

CONSENT_PURPOSES: Labels = {
    "register": _l("Keep the register"),
    "publish-wish": _l("Publish wishes under an alias"),
    "show-sex": _l("Say boy or girl"),
    "show-size": _l("Say clothing or shoe size"),
    "show-interest": _l("Say an interest"),
    "school-point": _l("Send parcels to the school's point"),
    "feedback": _l("Send thanks to the giver"),
    "publicity": _l("Reports about the project"),
}

GIVEN_BY: Labels = {
    "self": _l("The person"),
    "parent": _l("Father or mother"),
    "guardian": _l("Guardian"),
    "carer": _l("Entrusted carer"),
}

FILE_PURPOSES: Labels = {
    "visit": _l("Visit to the family"),
    "review": _l("Review"),
    "delivery": _l("Delivery"),
    "call-back": _l("Call-back"),
    "correction": _l("Correction"),
    "complaint": _l("Complaint"),
    "case": _l("Case"),
}

LIFE_ACTS: Labels = {
    "support": _l("Help has begun"),
    "graduate": _l("Out of hardship"),
    "follow-up": _l("Followed up"),
    "relapse": _l("At risk of falling back"),
}
