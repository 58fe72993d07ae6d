"""Whatever a program sends: no failure, and every answer as the API's own description says."""

from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis import checks as known
from schemathesis.core.failures import Failure, FailureGroup

from charity.services import accounts
from tests.safety.snapshots import Snapshot
from tests.safety.world import World

EXAMPLES = 20
OPERATIONS = 28
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
Names = dict[str, list[str]]
CALM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def things(world: World, snapshot: Snapshot) -> Iterator[Names]:
    """Give refs that are there, for half of the requests: a made-up one is only ever missing."""
    refs = world.refs
    yield {
        "wishes": [refs[key] for key in ("wish", "full", "child_wish", "draft")],
        "pledges": [refs[key] for key in ("held", "planned", "sent", "confirmed", "ruled", "disputed")],
        "offers": [refs["offer"]],
        "batches": [refs["batch"]],
        "circles": [refs["circle"], refs["open_circle"]],
        "concerns": [refs["concern"], refs["heard_concern"]],
        "organisations": [refs["organisation"], refs["joined_organisation"]],
    }
    snapshot.restore()


def checks() -> list[known.CheckFunction]:
    """Give the checks by their names."""
    schemathesis.checks.load_all_checks()
    return list(known.CHECKS.get_by_names(list(CHECKS)))


def test_every_operation_keeps_to_its_description(world: World, app: Flask, things: Names) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    token = accounts.make_token(world.donor, name="fuzzing")
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    found: list[str] = []
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:

        @CALM
        @given(case=operation.as_strategy())
        def one(case: Case) -> None:
            _name_a_thing(case, things)
            try:
                case.call_and_validate(headers=headers, checks=checks())
            except (Failure, FailureGroup) as failure:
                found.append(f"{case.method} {case.formatted_path} {case.query} {case.body}: {failure!r}"[:600])

        one()
    assert not found, "\n".join([f"{len(found)} problems", *found[:10]])
    assert len(operations) >= OPERATIONS


def _name_a_thing(case: Case, things: Names) -> None:
    """Let every second case be about something that is there."""
    group = case.path.split("/")[3]
    name = "number" if group == "concerns" else "ref"
    if name in (case.path_parameters or {}) and group in things and len(str(case.path_parameters[name])) % 2:
        case.path_parameters[name] = things[group][len(str(case.body)) % len(things[group])]


def test_a_wrong_answer_would_be_seen() -> None:
    """The control: an application whose answers differ from its description is caught."""
    bare = Flask("bare")
    answers = {"application/json": {"schema": {"type": "object", "required": ["id"]}}}
    told = {"get": {"responses": {"200": {"description": "one", "content": answers}}}}
    described = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/one": told}}
    bare.add_url_rule("/openapi.json", "openapi", lambda: described)
    bare.add_url_rule("/one", "one", lambda: {"name": "x"})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", bare)
    case = schema["/one"]["GET"].Case()
    with pytest.raises((Failure, FailureGroup)):
        case.call_and_validate(checks=checks())
