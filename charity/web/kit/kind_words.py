"""What differs from goods in the words for services and produce: who does what next, ways, subjects, products."""

from flask_babel import lazy_gettext as _l

from charity.web.kit.wish_words import Words

# A clock's words by kind; a clock without its own says what it says for goods.
NEXT_BY_KIND: Words = {
    "service.plan": _l("agree on a day"),
    "service.send": _l("give the hours and log them"),
    "service.attest": _l("attests the hours"),
    "service.arrival": _l("attests the hours, for nobody has done so in time"),
    "service.acknowledge": _l("confirms that the hours were given, by a code or a slip"),
    "service.call-back": _l("calls the family or the school back"),
    "produce.plan": _l("reserve, and say where to ship it"),
    "produce.send": _l("ships it before the harvest is over"),
    "produce.buyer-receipt": _l("say that it has come"),
    "produce.acknowledge": _l("confirms what it earned, by a code or a slip"),
    "produce.call-back": _l("calls the family back and asks what it earned"),
    "money.send": _l("transfer the money to the organisation, and say so"),
    "money.hand-over": _l("pays the money to the family’s account"),
    "money.acknowledge": _l("calls the family back and asks whether the money came"),
    "money.call-back": _l("calls the family back and asks whether the money came"),
}

SUBJECTS: Words = {
    "chinese": _l("Chinese"),
    "maths": _l("Mathematics"),
    "english": _l("English"),
    "science": _l("Science"),
    "reading": _l("Reading together"),
    "art": _l("Painting and handicraft"),
    "music": _l("Music and singing"),
    "sport": _l("Sport"),
    "computers": _l("Computers"),
    "safety": _l("Safety and first aid"),
    "farm-advice": _l("Advice on farming"),
    "work-advice": _l("Advice on work and training"),
    "law-advice": _l("Advice on the law"),
    "digital-help": _l("Help with the phone and online services"),
    "haircut": _l("Haircuts"),
    "repairs": _l("Repairs"),
    "housework": _l("Help in house and yard"),
    "escort": _l("Company on the way to offices and doctors"),
}

MODES: Words = {"on-site": _l("On site"), "remote": _l("Remotely")}

WEEKDAYS: Words = {
    "1": _l("Monday"),
    "2": _l("Tuesday"),
    "3": _l("Wednesday"),
    "4": _l("Thursday"),
    "5": _l("Friday"),
    "6": _l("Saturday"),
    "7": _l("Sunday"),
}

PROOFS: Words = {
    "no-criminal-record": _l("Certificate of no criminal record"),
    "teachers-certificate": _l("Teacher’s certificate"),
    "registered-organisation": _l("Registration and rules of a verified organisation"),
}

PRODUCTS: Words = {
    "rice": _l("Rice"),
    "maize": _l("Maize"),
    "potatoes": _l("Potatoes"),
    "vegetables": _l("Vegetables"),
    "mushrooms": _l("Mushrooms"),
    "beans": _l("Beans"),
    "apples": _l("Apples"),
    "pears": _l("Pears"),
    "oranges": _l("Oranges"),
    "other-fruit": _l("Other fruit"),
    "walnuts": _l("Walnuts"),
    "chestnuts": _l("Chestnuts"),
    "tea": _l("Tea"),
    "honey": _l("Honey"),
    "eggs": _l("Eggs"),
    "herbs-spices": _l("Herbs and spices"),
    "handicraft": _l("Handicraft"),
}

SHIPPING: Words = {"seller": _l("included in the price"), "buyer": _l("paid by the buyer on arrival")}

KIND_GROUPS: dict[str, Words] = {
    "subject": SUBJECTS,
    "mode": MODES,
    "proof": PROOFS,
    "product": PRODUCTS,
    "shipping": SHIPPING,
}
