"""The shell's verbs for the public book."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from charity.adapters.db import end_reading, transaction
from charity.jobs.sequencing import seal_waiting, sign_growth
from tests.ledger.telling import publish, tell_everything


@pytest.fixture
def told(app: Flask) -> Flask:
    with transaction() as tx:
        tell_everything(tx)
    return app


def run(app: Flask, *words: str) -> tuple[int, str]:
    end_reading()
    result = app.test_cli_runner().invoke(args=["ledger", *words])
    return result.exit_code, result.output


def test_a_clean_book_ends_well(told: Flask) -> None:
    code, said = run(told, "verify")
    assert code == 0
    assert "The book agrees: 0 leaves, 21 entries waiting" in said


def test_the_checkpoint_seals_first_and_verifies(told: Flask, tmp_path: Path) -> None:
    code, note = run(told, "checkpoint")
    assert code == 0
    assert note.startswith("circle.test/log\n21\n")
    kept = tmp_path / "checkpoint"
    kept.write_text(note)
    with transaction() as tx:
        publish(tx, 7, 1)
    seal_waiting()
    code, said = run(told, "verify", "--json", "--checkpoint", str(kept))
    assert (code, json.loads(said)["ok"], json.loads(said)["leaves"]) == (0, True, 23)


def test_a_difference_is_named_and_ends_badly(told: Flask) -> None:
    run(told, "checkpoint")
    with transaction() as tx:
        tx.session.execute(text("UPDATE pledges SET units = units + 1 WHERE state = 'cancelled'"))
    code, said = run(told, "verify")
    assert code == 1
    assert "pledge-differs at pledge p000000000002" in said
    code, said = run(told, "verify", "--json")
    found = json.loads(said)
    assert (code, found["ok"], found["difference"]["code"]) == (1, False, "pledge-differs")


def test_a_file_that_is_no_checkpoint_ends_badly(told: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_bytes(b"\xff\xfe not a note")
    code, said = run(told, "verify", "--checkpoint", str(kept))
    assert code == 1
    assert "checkpoint-unreadable" in said


def test_the_worker_s_turns_seal_and_sign(told: Flask) -> None:
    assert (seal_waiting(), seal_waiting()) == (21, 0)
    sign_growth()
    sign_growth()
    code, said = run(told, "verify", "--json")
    assert (code, json.loads(said)["checkpoints"]) == (0, 1)
