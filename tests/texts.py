"""The texts, parsed once a process: that takes longer than a dialog."""

from functools import cache

from handlers.words import Words
from tests.commune import COMMUNE


@cache
def words() -> Words:
    return Words(COMMUNE.form_of_address)
