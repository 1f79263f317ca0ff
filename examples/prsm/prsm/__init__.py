"""PRSM in small: models that answer with some chance, agents, nodes, and what keeps them safe."""

__version__ = "1.4.0"
