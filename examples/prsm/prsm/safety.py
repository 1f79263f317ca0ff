"""What a model may not be asked, and may not say."""

import re

FORBIDDEN = ("build a weapon", "ignore previous instructions", "disable safety")
PRIVATE = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|[\w.]+@[\w.]+\.\w+")


def allowed(prompt: str) -> bool:
    """Whether a prompt may be answered."""
    folded = " ".join(prompt.casefold().split())
    return not any(phrase in folded for phrase in FORBIDDEN)


def redact(text: str) -> str:
    """The text without numbers and addresses of persons."""
    return PRIVATE.sub("[removed]", text)
