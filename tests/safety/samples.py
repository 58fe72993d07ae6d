"""A sample for every argument of every address: a new address whose argument has none fails the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from charity.adapters.clock import now
from charity.domain.actors import Actor, Role
from charity.domain.calendar import year_of
from charity.web.kit.doors import Door
from tests.kit import village as v
from tests.safety.world import World

MISSING_REF, MISSING_NUMBER = "0000000000000", "987654321"
# The longest beginning of an address that fits decides; a value with ":" in front stands for itself.
SAMPLES: dict[str, dict[str, str]] = {
    "/admin/people/": {"ref": "person", "grant_id": "grant"},
    "/admin/imports/": {"ref": "checked_list"},
    "/admin/imports/<ref>/stop": {"ref": "applying_list"},
    "/admin/imports/<ref>/undo": {"ref": "applied_list"},
    "/admin/catalogue/": {"code": ":books"},
    "/admin/lists/": {"ref": "staged_list"},
    "/admin/points/": {"ref": "spare_point"},
    "/admin/programmes/": {"ref": "programme", "document": "basis_document"},
    "/basis/": {"ref": "programme"},
    "/basis/copies/": {"ref": "basis_copy"},
    "/admin/retention/": {"code": ":parcels"},
    "/admin/pauses/": {"pause_id": "pause"},
    "/admin/matching/": {"ref": "match_run"},
    "/admin/matching/trials/": {"ref": "trial"},
    "/admin/waiting/": {"queue": ":review"},
    "/audit/cases/": {"ref": "case"},
    "/audit/cases/<ref>/take-up": {"ref": "concern"},
    "/audit/cases/<ref>/take-down": {"ref": "concern"},
    "/audit/cases/<ref>/bring-back": {"ref": "heard_concern"},
    "/concern/": {"number": "concern"},
    "/audit/pledges/": {"ref": "disputed"},
    "/audit/pledges/<ref>/slips/": {"ref": "handed_over", "photo_ref": "slip_photo"},
    "/account/interests/place/": {"code": f":{v.COUNTY}"},
    "/account/second-factor/passkeys/": {"ref": "passkey"},
    "/account/sessions/": {"session_id": "session"},
    "/account/tokens/": {"token_id": "token_id"},
    "/admin/vetting/": {"ref": "vetting"},
    "/batches/": {"ref": "batch"},
    "/desk/today/accounts/": {"payee": "payee_to_tell", "word": ":yes"},
    "/desk/orders/": {"ref": "produce_planned"},
    "/desk/parcels/<ref>/attest": {"ref": "service_sent"},
    "/desk/produce/": {"ref": "batch"},
    "/desk/wishes/produce/": {"ref": "produce_returned"},
    "/desk/wishes/service/": {"ref": "service_draft"},
    "/desk/wishes/new/service/": {"kind": ":site", "ref": "site"},
    "/pledges/<ref>/day": {"ref": "service_held"},
    "/pledges/<ref>/hours": {"ref": "service_planned"},
    "/pledges/<ref>/reserve": {"ref": "produce_held"},
    "/pledges/<ref>/came": {"ref": "produce_sent"},
    "/pledges/<ref>/back": {"ref": "produce_sent"},
    "/pledges/<ref>/not-come": {"ref": "produce_handed_over"},
    "/api/v1/batches/": {"ref": "batch"},
    "/api/v1/circles/": {"ref": "open_circle"},
    "/api/v1/catalogue/": {"code": ":books"},
    "/api/v1/boards/": {"metric": ":wishes"},
    "/api/v1/concerns/": {"number": "concern", "act": ":take-up"},
    "/api/v1/households/": {"ref": "home"},
    "/api/v1/registers/": {"code": f":{v.VILLAGE}"},
    "/api/v1/county-lists/": {"ref": "checked_list", "act": ":drop"},
    "/api/v1/me/organisations/": {"ref": "joined_organisation"},
    "/api/v1/organisations/<ref>/agreements/": {"ref": "organisation", "agreement": "asked_agreement"},
    "/api/v1/households/<ref>/payee": {"ref": "free_home"},
    "/api/v1/payees/": {"payee": "waiting_payee"},
    "/api/v1/payees/<payee>/tell": {"payee": "payee_to_tell"},
    "/api/v1/pledges/<ref>/payee": {"ref": "gift_open"},
    "/api/v1/pledges/<ref>/meetings": {"ref": "service_planned"},
    "/api/v1/wishes/<ref>/service": {"ref": "service_wish"},
    "/api/v1/offers/": {"ref": "offer"},
    "/api/v1/organisations/": {"ref": "organisation"},
    "/api/v1/pledges/": {"ref": "held", "act": ":dispute"},
    "/api/v1/wishes/": {"ref": "wish"},
    "/book/": {"number": ":1"},
    "/circles/": {"ref": "circle", "seat_ref": "seat", "letter_ref": "passed_letter", "word": ":yes"},
    "/circles/<ref>/join": {"ref": "open_circle"},
    "/circles/<ref>/wait": {"ref": "full_circle"},
    "/circles/<ref>/offer/": {"ref": "offered_circle"},
    "/confirmations/": {"ref": "handed_over", "slip_ref": "slip"},
    "/confirmations/<ref>/check": {"ref": "by_code"},
    "/confirmations/<ref>/appeal": {"ref": "ruled"},
    "/desk/parcels/<ref>/appeal": {"ref": "ruled"},
    "/desk/parcels/": {"ref": "sent"},
    "/desk/parcels/<ref>/hand-over": {"ref": "at_point"},
    "/desk/parcels/<ref>/undo": {"ref": "at_point"},
    "/desk/parcels/<ref>/code": {"ref": "handed_over"},
    "/desk/parcels/<ref>/send-code": {"ref": "handed_over"},
    "/desk/parcels/<ref>/slip": {"ref": "handed_over"},
    "/desk/parcels/<ref>/thank": {"ref": "confirmed"},
    "/desk/papers/": {"what": ":slips"},
    "/desk/photos/": {"ref": "photo", "width": ":320", "form": ":webp"},
    "/desk/wishes/<ref>/edit": {"ref": "draft"},
    "/desk/wishes/<ref>/renew": {"ref": "to_renew"},
    "/desk/wishes/<ref>/withdraw": {"ref": "to_withdraw"},
    "/desk/wishes/new/": {"kind": ":site", "ref": "site"},
    "/groups/": {"ref": "group", "member_ref": "group_member", "young_ref": "young_member", "word": ":yes"},
    "/groups/<ref>/deputy/": {"ref": "other_group"},
    "/groups/<ref>/leave": {"ref": "other_group"},
    "/households/": {"ref": "home", "member": "home_child", "key": ":health"},
    "/households/<ref>/look-alikes/": {"ref": "like_home", "like": "like"},
    "/households/<ref>/verify": {"ref": "fresh"},
    "/households/<ref>/papers/": {"ref": "home", "paper": "paper"},
    "/households/<ref>/circle": {"ref": "free_home"},
    "/households/<ref>/payee": {"ref": "free_home"},
    "/payees/": {"payee": "waiting_payee"},
    "/payees/<payee>/told/": {"payee": "payee_to_tell", "word": ":yes"},
    "/intentions/": {"ref": "intention"},
    "/intentions/offers/": {"ref": "pool_offer"},
    "/join/": {"code": "join_code"},
    "/join/<code>/wait": {"code": "full_code"},
    "/offers/": {"ref": "offer"},
    "/organisations/": {"ref": "organisation", "person": "organisation_member", "part": ":officer", "word": ":no"},
    "/organisations/<ref>/money/<gift>/": {"ref": "organisation", "gift": "gift"},
    "/organisations/<ref>/money/<gift>": {"ref": "organisation", "gift": "gift"},
    "/organisations/<ref>/money/<gift>/pay": {"ref": "organisation", "gift": "gift_here"},
    "/organisations/<ref>/money/<gift>/undo": {"ref": "organisation", "gift": "gift_here"},
    "/organisations/<ref>/money/<gift>/late": {"ref": "organisation", "gift": "gift_late"},
    "/organisations/<ref>/money/<gift>/payee": {"ref": "joined_organisation", "gift": "gift_open"},
    "/organisations/<ref>/money/<gift>/appeal": {"ref": "organisation", "gift": "gift_ruled"},
    "/organisations/<ref>/take-back": {"ref": "applied_own"},
    "/organisations/<ref>/officers/": {"ref": "organisation", "change": "officer_change"},
    "/organisations/<ref>/counted/": {"ref": "joined_organisation"},
    "/organisations/<ref>/leave": {"ref": "joined_organisation"},
    "/organisations/<ref>/agreements/": {"ref": "organisation", "agreement": "asked_agreement", "word": ":yes"},
    "/admin/agreements/": {"ref": "agreement"},
    "/admin/agreements/milestones/": {"ref": "milestone"},
    "/admin/organisations/": {
        "ref": "organisation",
        "person": "organisation_member",
        "change": "officer_change",
        "word": ":yes",
    },
    "/admin/organisations/<ref>/verify": {"ref": "applied"},
    "/admin/organisations/<ref>/refuse": {"ref": "applied"},
    "/pledges/<ref>/bank": {"ref": "money_held"},
    "/pledges/<ref>/transferred": {"ref": "money_held"},
    "/pledges/<ref>/said": {"ref": "money_unsettled"},
    "/desk/wishes/money/": {"ref": "money_draft"},
    "/desk/wishes/new/money/": {"kind": ":household", "ref": "home"},
    "/opinions/": {"ref": "question"},
    "/opinions/<ref>/carry-out": {"ref": "agreed_question"},
    "/open/": {"name": ":wishes", "form": ":csv"},
    "/photos/": {"ref": "public_photo", "width": ":320", "form": ":webp"},
    "/pledges/": {"ref": "held"},
    "/pledges/<ref>/send": {"ref": "planned"},
    "/pledges/<ref>/slip": {"ref": "planned"},
    "/pledges/<ref>/slip.pdf": {"ref": "planned"},
    "/pledges/<ref>/certificate.pdf": {"ref": "confirmed"},
    "/giving/": {"year": f":{year_of(now())}"},
    "/pledges/<ref>/extend": {"ref": "planned"},
    "/pledges/<ref>/parcel": {"ref": "sent"},
    "/pledges/<ref>/dispute": {"ref": "sent"},
    "/pledges/<ref>/appeal": {"ref": "ruled"},
    "/registers/": {"code": f":{v.COUNTY}"},
    "/registers/<code>/paper": {"code": f":{v.VILLAGE}"},
    "/registers/<code>/people": {"code": f":{v.VILLAGE}"},
    "/registers/<code>/sheet": {"code": f":{v.VILLAGE}"},
    "/reviews/circles/": {"ref": "proposed_circle"},
    "/reviews/circles/<ref>/next-term": {"ref": "circle"},
    "/reviews/lists/": {"ref": "handed_list"},
    "/reviews/lists/<ref>/cards": {"ref": "open_list"},
    "/reviews/lists/<ref>/poster": {"ref": "open_list"},
    "/reviews/letters/": {"ref": "letter"},
    "/reviews/stopped/": {"ref": "stopped"},
    "/reviews/wishes/": {"ref": "submitted", "name": ":return"},
    "/sites/": {"ref": "spare_site"},
    "/static/": {"filename": ":dist/none.css"},
    "/wishes/": {"ref": "wish"},
    "/wishes/<ref>/queue": {"ref": "full"},
}
# What an address says about its kind rather than about one thing: nothing can be missing there.
NOT_A_THING = frozenset(
    {"width", "form", "key", "kind", "name", "metric", "what", "act", "filename", "queue", "word", "part"}
)
# Where an address is worth more than one visit.
MORE: dict[str, tuple[str, ...]] = {
    "/households/new": (f"/households/new?region={v.VILLAGE}",),
    "/sites/new": (f"/sites/new?region={v.VILLAGE}",),
    "/admin/imports/new": (f"/admin/imports/new?region={v.COUNTY}&here=1",),
    "/admin/vetting/new": (f"/admin/vetting/new?region={v.COUNTY}",),
    "/admin/agreements/new": (f"/admin/agreements/new?region={v.COUNTY}&here=1",),
    "/admin/people/grant": (f"/admin/people/grant?region={v.VILLAGE}",),
    "/admin/points/new": (f"/admin/points/new?region={v.VILLAGE}",),
    "/admin/programmes/new": (f"/admin/programmes/new?region={v.COUNTY}",),
    "/admin/pauses": (f"/admin/pauses?region={v.COUNTY}",),
    "/admin/matching/night": (f"/admin/matching/night?region={v.COUNTY}",),
    "/admin/matching/weights": (f"/admin/matching/weights?region={v.COUNTY}",),
    "/account/interests": ("/account/interests?first=1",),
    "/account/interests/place": (f"/account/interests/place?region={v.COUNTY}",),
    "/intentions/new": (f"/intentions/new?region={v.COUNTY}&stage=primary",),
    "/intentions/where": (f"/intentions/where?region={v.COUNTY}",),
    "/wishes/where": (f"/wishes/where?region={v.CITY}",),
    "/circles/where": (f"/circles/where?region={v.CITY}",),
    "/circles": (f"/circles?region={v.COUNTY}",),
    "/boards": (f"/boards?metric=hours&region={v.COUNTY}",),
    "/agreements": (f"/agreements?region={v.COUNTY}",),
    "/agreements/milestones": ("/agreements/milestones?pile=met", "/agreements/milestones?pile=soon"),
    "/wishes": ("/wishes?q=读物", f"/wishes?kind=goods&region={v.COUNTY}&longest=1"),
    "/pledges": ("/pledges?ended=1",),
    "/audit/cases": ("/audit/cases?ruled=1",),
    "/desk/wishes": ("/desk/wishes?group=waiting", "/desk/wishes?group=over", "/desk/wishes?group=public"),
}
# Pages that show themselves (or their forms) only for a thing in another state.
OTHER_STATES: dict[str, tuple[dict[str, str], ...]] = {
    "/groups/<ref>": ({"ref": "other_group"},),
    "/organisations/<ref>/money/<gift>": (
        *({"gift": key} for key in ("gift_here", "gift_paid", "gift_late", "gift_ruled", "gift_back")),
        {"ref": "joined_organisation", "gift": "gift_open"},
    ),
    "/organisations/<ref>": ({"ref": "joined_organisation"},),
    "/admin/organisations/<ref>": ({"ref": "applied"},),
    "/groups/<ref>/end": ({"ref": "other_group"},),
    "/circles/<ref>/room": ({"ref": "class_circle"}, {"ref": "hours_circle"}, {"ref": "produce_circle"}),
    "/circles/<ref>": (
        {"ref": "class_circle"},
        {"ref": "open_circle"},
        {"ref": "offered_circle"},
        {"ref": "full_circle"},
        {"ref": "hours_circle"},
        {"ref": "produce_circle"},
    ),
    "/circles/<ref>/seat": (
        {"ref": "open_circle"},
        {"ref": "offered_circle"},
        {"ref": "full_circle"},
        {"ref": "hours_circle"},
        {"ref": "produce_circle"},
    ),
    "/join/<code>": ({"code": "full_code"},),
    "/registers/<code>": ({"code": f":{v.VILLAGE}"},),
    "/api/v1/registers/<code>": ({"code": f":{v.COUNTY}"},),
    "/admin/imports/<ref>": ({"ref": "confirmed_list"}, {"ref": "applying_list"}, {"ref": "applied_list"}),
    "/admin/lists/<ref>": ({"ref": "handed_list"}, {"ref": "open_list"}),
    "/admin/lists/<ref>/rows": ({"ref": "open_list"},),
    "/reviews/lists/<ref>": ({"ref": "open_list"},),
    "/circles/<ref>/family": ({"ref": "offered_circle"},),
    "/reviews/circles/<ref>": ({"ref": "circle"}, {"ref": "hours_circle"}, {"ref": "produce_circle"}),
    "/households/<ref>/circle": ({"ref": "home"},),
    "/reviews/wishes/<ref>": ({"ref": "service_wish"}, {"ref": "child_wish"}, {"ref": "wish"}, {"ref": "draft"}),
    "/desk/wishes/<ref>/edit": ({"ref": "returned"},),
    "/desk/wishes/new/<kind>/<ref>": (
        {"kind": ":child", "ref": "home_child"},
        {"kind": ":household", "ref": "home"},
    ),
    "/desk/wishes/new/service/<kind>/<ref>": (
        {"kind": ":child", "ref": "home_child"},
        {"kind": ":household", "ref": "home"},
    ),
    "/pledges/<ref>/slip": ({"ref": "service_planned"},),
    "/households/<ref>/payee": ({"ref": "home"}, {"ref": "like_home"}),
    "/households/<ref>": ({"ref": "like_home"}, {"ref": "fresh"}),
    "/admin/people/<ref>": ({"ref": "shut_out"},),
    "/households/<ref>/facts/<key>": ({"key": ":income-per-head"}, {"key": ":land-mu"}, {"key": ":illness"}),
    "/pledges/<ref>": tuple(
        {"ref": key}
        for key in (
            *("planned", "sent", "at_point", "confirmed", "ruled", "by_code"),
            *("money_held", "money_unsettled", "gift_back"),
            *("service_held", "service_planned", "produce_held", "produce_sent", "produce_handed_over"),
        )
    ),
    "/desk/parcels/<ref>": tuple(
        {"ref": key}
        for key in ("at_point", "handed_over", "confirmed", "disputed", "service_sent", "produce_handed_over")
    ),
    "/confirmations/<ref>": ({"ref": "produce_handed_over"}, {"ref": "by_code"}, {"ref": "disputed"}),
    "/admin/waiting/<any(review, overdue, pool, returned):queue>": (
        {"queue": ":overdue"},
        {"queue": ":pool"},
        {"queue": ":returned"},
    ),
    "/reviews/wishes/<ref>/<any(return, reject, refer, withdraw, lower, reopen):name>": (
        {"name": ":reject"},
        {"name": ":refer"},
        {"name": ":withdraw", "ref": "to_withdraw"},
        {"name": ":lower", "ref": "to_withdraw"},
        {"name": ":reopen", "ref": "child_wish"},
    ),
    "/audit/pledges/<ref>": tuple({"ref": key} for key in ("held", "by_code", "handed_over")),
    "/audit/cases/<ref>": (
        {"ref": "concern"},
        {"ref": "heard_concern"},
        {"ref": "name_concern"},
        {"ref": "ruled_case"},
    ),
    "/desk/papers/<any(labels, list, slips):what>": ({"what": ":list"}, {"what": ":labels"}),
    "/wishes/<ref>": (
        {"ref": "service_wish"},
        {"ref": "produce_wish"},
        {"ref": "taken_in"},
        {"ref": "child_wish"},
        {"ref": "quilt"},
        {"ref": "full"},
    ),
    "/wishes/<ref>/claim": (
        {"ref": "full"},
        {"ref": "service_wish"},
        {"ref": "produce_wish"},
    ),
    "/wishes/<ref>/queue": ({"ref": "wish"},),
    "/open/<name>.<form>": tuple(
        {"name": f":{name}", "form": f":{form}"}
        for name in ("wishes", "boards-lines", "figures", "book")
        for form in ("csv", "json", "xlsx")
    ),
    "/api/v1/boards/<metric>": ({"metric": ":hours"}, {"metric": ":months"}, {"metric": ":purchases"}),
    "/api/v1/wishes/<ref>": ({"ref": "child_wish"}, {"ref": "quilt"}),
}
# Whoever holds the role there, for each role of a door.
HOLDERS: dict[Role, tuple[str, ...]] = {
    Role.VOLUNTEER: ("volunteer", "keeper"),
    Role.REVIEWER: ("reviewer", "second"),
    Role.ADMINISTRATOR: ("administrator",),
    Role.AUDITOR: ("auditor", "city_auditor"),
}
FAR: dict[Role, str] = {role: f"far_{role.value}" for role in HOLDERS}
OWNER = "donor"


@dataclass(frozen=True, slots=True)
class Place:
    """One address of the site with a sample in each argument."""

    rule: Rule
    method: str
    door: Door
    keys: tuple[tuple[str, str], ...]

    @property
    def endpoint(self) -> str:
        """Name the endpoint."""
        return str(self.rule.endpoint)

    def is_number(self, argument: str) -> bool:
        """Say whether an argument is a number."""
        return _is_number(self.rule, argument)

    def free_arguments(self) -> list[str]:
        """List the arguments that take any text."""
        return [name for name, _ in self.keys if type(self.rule._converters[name]).__name__ != "AnyConverter"]

    def url(self, world: World, **instead: str) -> str:
        """Write the address; `instead` gives another sample to an argument."""
        given = {argument: _value(world, key) for argument, key in self.keys} | instead
        return _write(self.rule, given)

    def missing_urls(self, world: World) -> Iterator[str]:
        """Write the address once for each argument that names a thing, with a thing that is not there."""
        for argument, _ in self.keys:
            if argument not in NOT_A_THING:
                nobody = MISSING_NUMBER if _is_number(self.rule, argument) else MISSING_REF
                yield self.url(world, **{argument: nobody})

    def urls(self, world: World) -> list[str]:
        """Write all addresses worth a visit."""
        others = [
            self.url(world, **{argument: _value(world, key) for argument, key in more.items()})
            for more in OTHER_STATES.get(self.rule.rule, ())
        ]
        return [self.url(world), *others, *MORE.get(self.rule.rule, ())]

    def holders(self, world: World) -> list[Actor]:
        """List those of the region who may come in."""
        names = [name for role in HOLDERS if role in self.door.roles for name in HOLDERS[role]]
        return [world.actors[name] for name in names]


def places(app: Flask, *methods: str) -> list[Place]:
    """List every address of the application, for each of its methods."""
    doors = app.extensions["doors"]
    return [
        Place(rule, method, doors.of(rule.endpoint), tuple(_keys(rule)))
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not methods or method in methods
    ]


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    for argument in sorted(rule.arguments):
        fitting = [given for start, given in _by_length() if rule.rule.startswith(start) and argument in given]
        if not fitting:
            raise LookupError(f"{rule.rule}: give <{argument}> a sample in tests/safety/samples.py")
        yield argument, fitting[0][argument]


def _by_length() -> list[tuple[str, Mapping[str, str]]]:
    return sorted(SAMPLES.items(), key=lambda pair: -len(pair[0]))


def _value(world: World, key: str) -> str:
    return key[1:] if key.startswith(":") else world.refs[key]


def _is_number(rule: Rule, argument: str) -> bool:
    return type(rule._converters[argument]).__name__ == "IntegerConverter"


def _write(rule: Rule, values: Mapping[str, str]) -> str:
    typed = {
        name: int(text) if _is_number(rule, name) else text for name, text in values.items() if name in rule.arguments
    }
    built = rule.build(typed, append_unknown=False)
    assert built is not None, f"{rule.rule}: {values}"
    return built[1]
