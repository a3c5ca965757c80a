"""The migrations make what the models say, and can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.migrations import downgrade, upgrade
from storage.models import Base

TABLES = {*Base.metadata.tables, "alembic_version"}


async def tables(db: Database) -> set[str]:
    async with db.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_upgrade_makes_every_table_and_the_counter(bare: Database) -> None:
    await upgrade(bare)
    async with bare.engine.connect() as connection:
        counters = (await connection.execute(text("SELECT name, value FROM counter ORDER BY name"))).all()
    assert (await tables(bare), [tuple(row) for row in counters]) == (TABLES, [("draft", 0), ("opinion", 0)])


async def test_upgrade_when_run_again_leaves_what_is_there(db: Database) -> None:
    async with db.write() as tx:
        await tx.session.execute(text("UPDATE counter SET value = 7"))
    await upgrade(db)
    async with db.read() as tx:
        assert (await tx.session.execute(text("SELECT sum(value) FROM counter"))).scalar_one() == 14


async def test_downgrade_empties_and_upgrade_fills_again(bare: Database) -> None:
    await upgrade(bare)
    await downgrade(bare, "base")
    assert await tables(bare) == {"alembic_version"}
    await upgrade(bare)
    assert await tables(bare) == TABLES


async def test_migrated_schema_is_what_the_models_say(db: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with db.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
