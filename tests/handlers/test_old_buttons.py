"""Every button of the dispatcher pressed a year later: it works, or says in a sentence what became of the matter."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.handlers.official.doors import NOWHERE, Came, House, Try
from tests.handlers.official.matters import WHO
from tests.handlers.official.rights_table import DOORS

BUTTONS = [door for door in DOORS if door.is_tap]

FATES: Mapping[str, tuple[str, ...]] = {
    "left as it was": (),
    "answered and settled": (
        "UPDATE opinion SET state = 'settled', proposed = NULL",
        "UPDATE issue SET state = 'settled'",
        "UPDATE answer SET state = 'released', released_at = coalesce(released_at, created_at)",
        "UPDATE commitment SET state = 'settled', closed_at = coalesce(closed_at, created_at)",
        "UPDATE sealed SET state = 'taught', decided_at = coalesce(decided_at, raised_at)",
    ),
    "withdrawn": (
        "UPDATE opinion SET state = 'withdrawn', proposed = NULL",
        "UPDATE issue SET state = 'closed'",
        "UPDATE sealed SET state = 'erased', text = NULL",
    ),
}
"""What became of every matter meanwhile; besides, that none of them is there any more."""


async def pressed(house: House, ids: Mapping[str, int]) -> dict[str, Came]:
    """What each button said to the first who may press it, by its data."""
    found: dict[str, Came] = {}
    for door in BUTTONS:
        letter = next((each for each in WHO if each in door.rights), None)
        if letter is None:
            continue
        one: Try = (door, letter)
        came = (await house.try_([one], ids))[one]
        queued = house.changed()
        found[f"{door.what} {door.step or ''} by {letter}"] = came if came.shown else _said_by_notice(came, queued)
    return found


def _said_by_notice(came: Came, changed: set[str]) -> Came:
    """A button may be answered by what is sent apart: a file, a card."""
    return Came(came.handler, ("(sent apart)",)) if "outbox" in changed else came


@pytest.mark.parametrize("fate", [*FATES, "not there any more"])
async def test_button_of_a_year_ago_is_answered_in_a_sentence(tmp_path: Path, fate: str) -> None:
    house = await House.build(tmp_path)
    house.clock.pass_(days=365)
    async with house.db.write() as tx:
        for statement in FATES.get(fate, ()):
            await tx.session.execute(text(statement))
    house.remember_now()
    ids = house.ids if fate in FATES else dict.fromkeys(house.ids, NOWHERE)
    found = await pressed(house, ids)
    await house.close()
    assert {what: came for what, came in found.items() if not is_sentence(came)} == {}


def is_sentence(came: Came) -> bool:
    failed = came.handler is None or came.handler.endswith("failed")
    return not failed and any(not each.startswith("None ") and re.search(r"\w \w", each) for each in came.shown)
