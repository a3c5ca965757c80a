"""Whom one trusts is read once a process, and not again by every client that a test makes: each time takes 20 ms."""

import ssl
from functools import cache


def share() -> None:
    """From now on whoever asks for the same certificates is given the same object."""
    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]  # takes the same
