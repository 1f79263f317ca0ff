"""Agents that ask models."""

from prsm import models
from prsm.agents import Agent, Orchestrator


def test_an_agent_answers_with_a_model() -> None:
    team = Orchestrator([Agent("writer", {"write": models.write_text})])
    assert "rain" in team.ask("write", "rain")


def test_two_agents_share_the_kinds() -> None:
    glyph = "\n".join(models.GLYPHS["box"])
    look = Agent("eye", {"look": lambda text: models.classify_image(text.split("\n"))})
    team = Orchestrator([Agent("writer", {"write": models.write_text}), look])
    assert team.ask("look", glyph) == "box"
