"""Who seems to say the same, and what an official said is not."""

from storage import mates, sorting
from storage.database import Database
from storage.mates import Cluster, Mate
from storage.models import Opinion
from tests.storage.desk import accept, merge, raised
from tests.storage.steps import office, opinion, raise_opinion

ROAD = "duong vao thon bi hong lau roi, mua la lay loi"
LIKE = "Đường vào thôn lầy lội, xe không vào được"
OTHER = "loa dau thon khong keu"


async def place(db: Database, **villages: str | None) -> None:
    async with db.write() as tx:
        for number, village in villages.items():
            (await opinion(tx, int(number[1:]))).village_id = village


async def mate_of(db: Database, number: int) -> Mate | None:
    async with db.read() as tx:
        asked = await opinion(tx, number)
        return (await mates.mates(tx, [asked])).get(asked.id)


async def test_mate_is_an_open_issue_of_the_same_village(db: Database) -> None:
    await raised(db, 0)
    for number, words in enumerate((ROAD, LIKE, OTHER, LIKE, "")):
        await raise_opinion(db, str(1001 + number), words or "   x")
    await place(db, _1="mau-1", _2="mau-1", _3="mau-1", _4="mau-2")
    assert await mate_of(db, 2) is None
    await accept(db, 1)
    road = Mate(1, 1, "mau-1", ROAD, people=1)
    assert [await mate_of(db, number) for number in (2, 3, 4)] == [road, None, None]
    await merge(db, [3], 1)
    # Whoever resembles any voice of an issue is told its first one, and how many speak.
    assert await mate_of(db, 2) == Mate(1, 1, "mau-1", ROAD, people=2)
    async with db.write() as tx:
        mates.keep_apart(tx, [await opinion(tx, 2)], [await opinion(tx, 3)], await office(tx))
    assert await mate_of(db, 2) is None


async def test_clusters_leave_out_what_was_kept_apart(db: Database) -> None:
    await raised(db, 0)
    for number, words in enumerate((ROAD, LIKE, OTHER, LIKE, "loa thon hong", ROAD)):
        await raise_opinion(db, str(1001 + number), words)
    await place(db, _1="mau-1", _2="mau-1", _3="mau-1", _4="mau-1", _5="mau-1", _6="mau-2")

    async def clusters() -> list[Cluster]:
        async with db.read() as tx:
            return await mates.clusters(tx)

    assert await clusters() == [Cluster((1, 2, 4), None), Cluster((3, 5), None)]
    async with db.write() as tx:
        clerk, first, second = await office(tx), await opinion(tx, 1), await opinion(tx, 2)
        mates.keep_apart(tx, [first, second], [first, second], clerk)
        mates.keep_apart(tx, [await opinion(tx, 3)], [await opinion(tx, 5)], clerk)
    assert await clusters() == [Cluster((1, 4), None)]
    await accept(db, 1)
    assert await clusters() == [Cluster((4,), Mate(1, 1, "mau-1", ROAD, people=1))]
    async with db.write() as tx:
        event = await sorting.merge(tx, [await opinion(tx, 4)], (await opinion(tx, 1)), await office(tx))
        assert event.data["count"] == 2
    assert await clusters() == []


def test_cluster_takes_the_field_that_most_of_it_chose() -> None:
    found = [
        Opinion(id=number, field_id=field) for number, field in enumerate(("khac", "dat-dai", "ha-tang", "ha-tang"))
    ]
    assert mates.into(found).id == 2
    assert mates.into(found[:1]).id == 0
