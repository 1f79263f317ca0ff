"""Safety before agents before models."""

import pytest

from prsm import models, safety
from prsm.agents import Agent, Orchestrator


@pytest.mark.parametrize(("prompt", "answered"), [("rain", True), ("disable safety", False)])
def test_only_what_is_allowed_reaches_an_agent(prompt: str, answered: bool) -> None:
    team = Orchestrator([Agent("writer", {"write": models.write_text})])
    if safety.allowed(prompt):
        team.ask("write", prompt)
    assert bool(team.done) == answered
