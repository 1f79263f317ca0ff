"""The whole way: the four workflows that users take."""

from prsm import egcfg, models, safety
from prsm.agents import Agent, Orchestrator
from prsm.federation import Federation


def test_egcfg_complete_workflow() -> None:
    program = egcfg.synthesize([(2, 3, 6), (4, 5, 20)])
    assert program is not None
    assert egcfg.run(program, 7, 8) == 56


def test_multi_llm_orchestration() -> None:
    team = Orchestrator([Agent(n, {n: models.write_text}) for n in ("fast", "good")])
    assert [team.ask(kind, "rain")[:10] for kind in ("fast", "good")] == ["The answer"] * 2


def test_p2p_network() -> None:
    federation = Federation(["n1", "n2", "n3"], {"n3"})
    assert federation.node_of("request") in ("n1", "n2")


def test_enterprise_features() -> None:
    assert safety.redact(models.write_text("ann@example.org")).count("@") == 0
