"""The whole table of rights: everybody at every door."""

from collections import Counter
from pathlib import Path

from handlers.router import build_dispatcher
from tests.handlers.official.doors import House, Tried, handlers_of
from tests.handlers.official.rights_table import DOORS


def test_every_handler_has_its_doors_in_the_table() -> None:
    registered, listed = Counter(handlers_of(build_dispatcher())), Counter(door.handler for door in DOORS)
    # What residents and officials are asked back stands in both routers: the same doors.
    registered["asked.take_reply"] = registered["asked.tap"] = 1
    assert registered - listed == Counter()
    assert set(listed) - set(registered) == set()


async def test_everybody_at_every_door(tmp_path: Path) -> None:
    house = await House.build(tmp_path)
    tried = Tried(house, DOORS)
    await tried.run()
    await house.close()
    found = {f"{door.handler} {door.what} {door.step}": tried.rights(door) for door in DOORS}
    assert found == {f"{door.handler} {door.what} {door.step}": door.rights for door in DOORS}
    assert tried.wrong == []
