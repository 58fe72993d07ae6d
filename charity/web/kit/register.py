"""The words of the register: categories, relations, facts, consents, purposes."""

from collections.abc import Mapping
from typing import cast

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain.households import PRINTING, FactKey, FactType, get_fact
from charity.web.kit.formats import number, yuan
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
    "members": _l("Family members"),
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
    "income-per-head": _l("Yearly income per head"),
    "wages": _l("Wages in the year"),
    "farming": _l("Farming income in the year"),
    "transfers": _l("Public transfers in the year"),
    "spending-on-need": _l("Spending forced by illness, schooling or disaster"),
    "housing": _l("House"),
    "water": _l("Drinking water"),
    "heating": _l("Heating in winter"),
    "land-mu": _l("Farmland in mu"),
    "minutes-to-school": _l("Minutes on foot to school"),
    "illness": _l("Illness"),
    "disability": _l("Disability"),
    "schooling-cost": _l("Cost of schooling"),
    "no-labour-force": _l("Nobody able to work"),
    "disaster": _l("Disaster"),
    "lost-earner": _l("Lost its earner"),
    "allowance": _l("Allowance a month"),
    "public-measures": _l("Public measures"),
    "other-donations": _l("Other donations"),
    "plan": _l("Plan"),
    "measure": _l("Measure"),
    "expected-by": _l("Year by which help may end"),
}

YES_NO: Labels = {"yes": _l("Yes"), "no": _l("No")}

# The choices of each fact; the same code may mean another thing in another fact.
FACT_VALUES: Mapping[str, Labels] = {
    "health": {
        "well": _l("Well"),
        "long-ill": _l("Ill for long"),
        "gravely-ill": _l("Gravely ill"),
        "disabled": _l("Disabled"),
    },
    "schooling": {
        "none": _l("Not at school yet"),
        "in-school": _l("At school"),
        "boarding": _l("Boarding at school"),
        "left-early": _l("Left school early"),
        "finished": _l("Finished school"),
    },
    "labour": {"able": _l("Fully able"), "partly": _l("Partly able"), "unable": _l("Not able")},
    "housing": {
        "safe": _l("Safe"),
        "repair-needed": _l("Needs repair"),
        "unsafe": _l("Unsafe"),
        "none-own": _l("No house of their own"),
    },
    "water": {"tap": _l("Tap water"), "well": _l("Well water"), "carried": _l("Carried from afar")},
    "heating": {"enough": _l("Enough heating"), "short": _l("Too little heating"), "none": _l("No heating")},
    "measure": {
        "work": _l("Work"),
        "farming": _l("Farming"),
        "training": _l("Training"),
        "schooling": _l("Schooling of the children"),
        "care": _l("Care"),
        "public-aid": _l("Public assistance"),
    },
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
    "circle": _l("Have a circle of donors"),
    "payment": _l("Show the account to the organisation that pays"),
}

PAYEE_SPEAKS: Labels = {
    "self": _l("The head of the family"),
    "guardian": _l("The guardian of a head under 14"),
    "both": _l("A head from 14 to 17, and the guardian"),
}

PAYEE_WAYS: Labels = {
    "account": _l("An account or card of the family"),
    "village": _l("The way the village agreed on, for a family without an account"),
}

PAYEE_STATES: Labels = {
    "standing": _l("Stands"),
    "waiting": _l("Waiting for a second person"),
    "replaced": _l("Replaced"),
    "refused": _l("Refused"),
    "ended": _l("Taken away"),
}

PAYEE_TOLD: Labels = {
    "open": _l("The family was not told of the change yet"),
    "yes": _l("The family said that it wanted the change"),
    "no": _l("The family said that it does not know of the change"),
}

PAY_PURPOSES: Labels = {
    "pay": _l("To pay the family"),
    "returned": _l("The bank sent the payment back"),
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

DUTIES: Labels = {
    "official": _l("Official responsible for the family"),
    "class-teacher": _l("Class teacher"),
    "first-secretary": _l("First secretary"),
    "child-officer": _l("Village child officer"),
    "child-supervisor": _l("Township child supervisor"),
}

GROUPS: Mapping[str, Labels] = {
    "category": CATEGORIES,
    "relation": RELATIONS,
    "sex": SEXES,
    "fact-group": FACT_GROUPS,
    "fact": FACTS,
    "consent": CONSENT_PURPOSES,
    "given-by": GIVEN_BY,
    "purpose": {**FILE_PURPOSES, PRINTING: _l("Printed the family's card")},
    "life-act": LIFE_ACTS,
    "duty": DUTIES,
    "payee-way": PAYEE_WAYS,
    "payee-state": PAYEE_STATES,
    "payee-purpose": PAY_PURPOSES,
    "payee-told": PAYEE_TOLD,
}


LIKENESSES: Labels = {
    "name": _l("Name of the head"),
    "sound": _l("The name as it is spoken"),
    "village": _l("Village"),
    "phone": _l("Phone of the family"),
    "address": _l("Address"),
    "birthday": _l("A birthday of somebody"),
}


def likeness_word(code: str) -> LazyString | str:
    """Say what of two families was compared."""
    return LIKENESSES.get(code, code)


def register_word(group: str, code: str) -> LazyString | str:
    """Say a code of the register in the reader's language; a code without words stands for itself."""
    return GROUPS[group].get(code, code)


def as_choices(labels: Labels) -> list[tuple[str, str]]:
    """List codes with their words, as a form field's choices; the words stay lazy until they are shown."""
    return cast(list[tuple[str, str]], list(labels.items()))


def fact_choices(fact: FactKey) -> list[tuple[str, str]]:
    """List what a fact of choices may be, with the words for it."""
    return as_choices(YES_NO if fact.type is FactType.YES_NO else FACT_VALUES[fact.key])


def fact_value(key: str, value: str) -> LazyString | str:
    """Say a fact's value: money as money, a choice in words, a text as it was written."""
    fact = get_fact(key)
    if fact.type is FactType.FEN:
        return yuan(int(value))
    if fact.type is FactType.NUMBER:
        return value if key == "expected-by" else number(int(value))
    if fact.type is FactType.TEXT:
        return value
    return dict(fact_choices(fact)).get(value, value)
