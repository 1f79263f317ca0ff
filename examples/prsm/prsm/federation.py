"""Nodes that host the same model, and what is left when some are gone."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Federation:
    """Nodes by name; a request goes to the one that its hash points at."""

    nodes: list[str]
    down: set[str] = field(default_factory=set)

    def alive(self) -> list[str]:
        """Nodes that answer."""
        return [node for node in self.nodes if node not in self.down]

    def node_of(self, key: str) -> str:
        """The node whose hash with the key is the highest."""
        if not self.alive():
            raise ConnectionError("no node answers")
        return max(self.alive(), key=lambda n: hashlib.sha256(f"{n}/{key}".encode()).digest())

    def agree(self, votes: dict[str, str]) -> str | None:
        """What more than half of all nodes voted for."""
        counted = Counter(vote for node, vote in votes.items() if node in self.alive())
        winner, count = counted.most_common(1)[0] if counted else ("", 0)
        return winner if count * 2 > len(self.nodes) else None
