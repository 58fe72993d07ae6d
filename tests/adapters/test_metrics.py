import os
import subprocess
import sys
from pathlib import Path

from charity.adapters import metrics

PROGRAM = """
import os, sys
from charity.adapters import metrics
for status in (200, 200, 409):
    metrics.request_took("donor.pledges.claim", status, 0.02)
metrics.refused("no-units-left")
metrics.turn_failed(sys.argv[1])
"""


def test_figures_are_told_by_endpoint_status_and_code():
    metrics.request_took("public.wall", 200, 0.03)
    metrics.request_took(None, 404, 0.001)
    metrics.refused("cap-open-pledges")
    looked_up = [
        metrics.Figure("charity_board_lag_leaves", "Leaves", {"": 3}),
        metrics.Figure("charity_queue_age_seconds", "Ages", {"outbox": 60, "reviews": 1.5}, "queue"),
    ]
    text, kind = metrics.exposition(looked_up)
    told = text.decode()
    assert kind.startswith("text/plain")
    assert 'charity_request_seconds_bucket{endpoint="public.wall",le="0.05",status="200"} 1.0' in told
    assert 'endpoint="none"' in told
    assert 'charity_refusals_total{code="cap-open-pledges"} 1.0' in told
    assert "charity_board_lag_leaves 3.0" in told
    assert 'charity_queue_age_seconds{queue="reviews"} 1.5' in told


def test_processes_add_up(tmp_path: Path):
    folder = tmp_path / "figures"
    metrics.prepare_folder(folder)
    environ = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    for turn in ("boards", "boards"):
        subprocess.run([sys.executable, "-c", PROGRAM, turn], env=environ, check=True)
    ask = "from charity.adapters import metrics; print(metrics.exposition()[0].decode())"
    told = subprocess.run([sys.executable, "-c", ask], env=environ, check=True, capture_output=True, text=True).stdout
    assert 'charity_request_seconds_count{endpoint="donor.pledges.claim",status="200"} 4.0' in told
    assert 'charity_refusals_total{code="no-units-left"} 2.0' in told
    assert 'charity_turn_failures_total{turn="boards"} 2.0' in told
    metrics.prepare_folder(folder)
    assert not list(folder.glob("*.db"))
