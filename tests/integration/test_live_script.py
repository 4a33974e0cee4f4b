"""The script for the first live run, tried on the stand-in: it must work on the day it is needed."""

import pytest

from tests.integration.scb_stand_in import StandIn
from tests.live.confirm_scb import main


def test_what_is_taken_for_granted_holds_at_the_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn() as scb:
        differences = main(scb.v2_url)
    said = capsys.readouterr().out
    assert differences == 0, said
    assert "13093" in said
    assert "= 0.02704866" in said


def test_a_difference_is_told_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(faults=["not_summing"]) as scb:
        assert main(scb.v2_url) > 0
    assert "stopped: SCB table" in capsys.readouterr().out
