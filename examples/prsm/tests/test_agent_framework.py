"""Who does what, and who steps in."""

import pytest

from prsm.agents import Agent, Orchestrator


def broken(text: str) -> str:
    """Fails as a model does whose numbers overflow."""
    raise OverflowError(text)


@pytest.fixture
def team() -> Orchestrator:
    return Orchestrator(
        [
            Agent("first", {"upper": str.upper, "count": broken}),
            Agent("second", {"count": lambda t: str(len(t))}),
        ]
    )


def test_the_first_that_can_answers(team: Orchestrator) -> None:
    assert team.ask("upper", "yes") == "YES"
    assert team.done == [("first", "YES")]


def test_another_steps_in(team: Orchestrator) -> None:
    assert team.ask("count", "four") == "4"
    assert team.done == [("second", "4")]


def test_what_no_one_can_do_is_said(team: Orchestrator) -> None:
    with pytest.raises(LookupError, match="paint"):
        team.ask("paint", "a house")


@pytest.mark.parametrize("text", ["", "a", "two words"])
def test_answers_are_kept_in_order(team: Orchestrator, text: str) -> None:
    team.ask("upper", text)
    team.ask("count", text)
    assert [answer for _, answer in team.done] == [text.upper(), str(len(text))]
