"""The API of the rooms a partner needs: concerns, produce, hours, organisations with their money and agreements."""

from flask import Flask

from charity.services.organisations import people
from tests.kit import village as v
from tests.safety.test_api import Program, refused
from tests.safety.world import World


def test_a_concern_is_reported_followed_and_acted_upon(world: World, app: Flask) -> None:
    visitor, wish = Program(app, None), world.refs["wish"]
    body = {"page": f"/wishes/{wish}", "reason": "privacy", "words": "In the picture one can read a school's name."}
    sent = visitor.post("/concerns", body, key=None)
    assert sent.status_code == 201, sent.get_data(as_text=True)
    number = sent.json["number"]
    told = visitor.get(f"/concerns/{number}").json
    assert (told["state"], told["hidden_at"], told["minutes_to_hide"]) == ("received", None, None)
    assert wish not in str(told)
    refused(visitor.post("/concerns", body | {"reason": "no such"}), 422)
    refused(visitor.post("/concerns", body | {"words": " "}), 422)
    refused(visitor.get("/concerns/0000000000000"), 404)
    refused(visitor.post(f"/concerns/{number}/take-down"), 401)
    for outsider in (world.donor, world.volunteer, world.far_reviewer):
        refused(Program(app, outsider).post(f"/concerns/{number}/take-down"), 404)
    assert visitor.get(f"/wishes/{wish}").status_code == 200
    reviewer = Program(app, world.reviewer)
    refused(reviewer.post(f"/concerns/{number}/burn"), 404)
    refused(reviewer.post(f"/concerns/{number}/take-down", {"scope": "all the site"}), 422)
    assert reviewer.post(f"/concerns/{number}/take-up").json == {"number": number, "things": 0}
    taken = reviewer.post(f"/concerns/{number}/take-down", {"scope": "thing"}, key="once")
    assert taken.json == {"number": number, "things": 1}
    assert reviewer.post(f"/concerns/{number}/take-down", {"scope": "thing"}, key="once").json == taken.json
    refused(reviewer.post(f"/concerns/{number}/take-down"), 409, "nothing-to-take-down")
    refused(visitor.get(f"/wishes/{wish}"), 404)
    told = visitor.get(f"/concerns/{number}").json
    assert (told["state"], told["minutes_to_hide"]) == ("looked-into", 0)
    refused(reviewer.post(f"/concerns/{number}/bring-back", {"reason": "it was a wall"}), 403, "own-decision")
    back = Program(app, world.auditor).post(f"/concerns/{number}/bring-back", {"reason": "it was only a wall"})
    assert back.json == {"number": number, "things": 1}
    assert visitor.get(f"/wishes/{wish}").status_code == 200


def test_batches_and_hours_tell_what_their_pages_tell(world: World, app: Flask) -> None:
    visitor, refs = Program(app, None), world.refs
    batch = visitor.get(f"/batches/{refs['batch']}").json
    assert (batch["id"], batch["unit_price_fen"], batch["families"]) == (refs["batch"], 5_00, "<5")
    assert (batch["wanted"], batch["income_fen"]) == (None, None)  # too few families share it
    refused(visitor.get("/batches/0000000000000"), 404)
    terms = visitor.get(f"/wishes/{refs['service_wish']}/service").json
    assert terms.keys() == {"subject", "mode", "first_on", "last_on", "serves_children", "through"}
    refused(visitor.get(f"/wishes/{refs['wish']}/service"), 404)
    refused(visitor.get(f"/wishes/{refs['draft']}/service"), 404)
    own = Program(app, world.donor).get(f"/pledges/{refs['service_planned']}/meetings").json
    assert [line["pledge_id"] for line in own["items"]] == [refs["service_planned"]]
    assert [(line["hours"], line["state"]) for line in own["items"]] == [(None, "planned")]
    refused(Program(app, world.stranger).get(f"/pledges/{refs['service_planned']}/meetings"), 404)
    refused(visitor.get(f"/pledges/{refs['service_planned']}/meetings"), 401)


def test_circles_tell_what_their_pages_tell(world: World, app: Flask) -> None:
    visitor, refs = Program(app, None), world.refs
    one = visitor.get(f"/circles/{refs['class_circle']}").json
    assert (one["id"], one["seats"] >= one["taken"] >= len(one["groups"])) == (refs["class_circle"], True)
    assert one["county"] in {"", v.COUNTY}
    listed = visitor.get("/circles").json
    assert refs["open_circle"] in {card["id"] for card in listed["items"]}
    assert all(card["takes_donors"] and card.keys() == one.keys() - {"groups"} for card in listed["items"])
    assert visitor.get(f"/circles?region={v.CITY}").status_code == 200
    refused(visitor.get("/circles?cursor=nonsense"), 422, "cursor-unreadable")
    refused(visitor.get("/circles/0000000000000"), 404)
    proposed = refs["proposed_circle"]
    refused(visitor.get(f"/circles/{proposed}"), 404)


def test_officers_read_their_money_and_answer_agreements(world: World, app: Flask) -> None:
    refs, officer, member = world.refs, Program(app, world.donor), Program(app, world.giver)
    ours = refs["organisation"]
    mine = {one["id"]: one["part"] for one in officer.get("/me/organisations").json["items"]}
    assert mine[ours] == "officer"
    assert mine[refs["joined_organisation"]] == "member"
    gifts = officer.get(f"/organisations/{ours}/money").json["items"]
    assert refs["gift"] in [one["pledge_id"] for one in gifts]
    assert {one["state"] for one in gifts} == {"sent"}
    here = officer.get(f"/organisations/{ours}/money?pile=pay").json["items"]
    assert refs["gift_here"] in [one["pledge_id"] for one in here]
    refused(officer.get(f"/organisations/{ours}/money?pile=mine"), 422)
    asked = refs["asked_agreement"]
    waiting = officer.get(f"/organisations/{ours}/agreements").json["items"]
    assert {one["id"]: one["state"] for one in waiting}[asked] == "proposed"
    for path in (f"/organisations/{ours}/money", f"/organisations/{ours}/agreements"):
        for outsider in (member, Program(app, world.reviewer), Program(app, world.stranger)):
            refused(outsider.get(path), 404)
        refused(Program(app, None).get(path), 401)
    yes = f"/organisations/{ours}/agreements/{asked}"
    refused(member.post(yes, {"agrees": True}), 404)
    refused(officer.post(yes, {}), 422)
    assert asked not in str(Program(app, None).get("/agreements").json)
    assert officer.post(yes, {"agrees": True}).json == {"id": asked, "agrees": True}
    refused(officer.post(yes, {"agrees": False}), 409, "agreement-not-so")


def test_joining_by_code_and_leaving(world: World, app: Flask) -> None:
    ours = world.refs["organisation"]
    code = people.make_code(world.donor, ours).code
    joins = Program(app, world.stranger)
    refused(joins.post("/me/organisations", {"code": "nonsense"}), 422, "group-code-unknown")
    assert joins.get("/me/organisations").json == {"items": []}
    joined = joins.post("/me/organisations", {"code": code, "is_counted": True})
    assert (joined.status_code, joined.json) == (201, {"id": ours})
    [own] = joins.get("/me/organisations").json["items"]
    assert (own["id"], own["part"], own["is_counted"]) == (ours, "member", True)
    refused(joins.get(f"/organisations/{ours}/money"), 404)  # a member is no officer
    assert joins.delete(f"/me/organisations/{ours}").status_code == 204
    refused(joins.delete(f"/me/organisations/{ours}"), 404)
    refused(Program(app, None).post("/me/organisations", {"code": code}), 401)
