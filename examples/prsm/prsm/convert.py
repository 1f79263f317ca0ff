"""Models as JSON, and back."""

import json


class NotAModel(ValueError):
    """What was loaded is no model."""


def dump(weights: dict[str, list[float]], version: str) -> str:
    """The weights with their version, as JSON."""
    return json.dumps({"version": version, "weights": weights}, sort_keys=True)


def load(text: str) -> tuple[dict[str, list[float]], str]:
    """Weights and version of what `dump` wrote."""
    try:
        data = json.loads(text)
        return data["weights"], data["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAModel(str(error)) from error
