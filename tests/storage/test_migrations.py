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


async def test_record_of_the_first_version_is_carried_over(bare: Database) -> None:
    at = "2026-11-23 02:00:00" if bare.is_sqlite else "2026-11-23 02:00:00+00"
    yes = "1" if bare.is_sqlite else "true"
    await upgrade(bare, "0001")
    async with bare.engine.begin() as connection:
        for statement in (
            f"INSERT INTO person (id, created_at, consented_at) VALUES (1, '{at}', '{at}')",
            (
                "INSERT INTO account (id, messenger, native_id, person_id, language, created_at)"
                f" VALUES (1, 'telegram', '1001', 1, 'vi', '{at}')"
            ),
            f"INSERT INTO issue (id, state, unit_id, created_at) VALUES (1, 'assigned', 'phong-kinh-te', '{at}')",
            (
                "INSERT INTO opinion (id, number, person_id, account_id, text, folded, field_id, named, state,"
                " issue_id, raised_at, notice_due)"
                f" VALUES (1, 1, 1, 1, 'Đường', 'duong', 'ha-tang', {yes}, 'accepted', 1,"
                f" '{at}', '2026-12-07')"
            ),
            (
                "INSERT INTO transcript (id, account_id, outgoing, body, buttons, at, changed_at)"
                f" VALUES (5, 1, {yes}, 'Chào bác', '[]', '{at}', '{at}')"
            ),
            f"INSERT INTO draft (id, account_id, text, created_at, updated_at) VALUES (7, 1, 'mới', '{at}', '{at}')",
            f"INSERT INTO official (id, person_id, role, created_at) VALUES (1, 1, 'clerk', '{at}')",
            (
                "INSERT INTO conference (id, title, starts_at, place, state, official_id, created_at)"
                f" VALUES (1, 'Đối thoại', '{at}', 'Hội trường', 'planned', 1, '{at}')"
            ),
        ):
            await connection.execute(text(statement))
    await upgrade(bare)
    async with bare.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT o.text, o.state, i.field_id, i.state, a.native_id, d.text, t.id, t.body FROM opinion o"
                " JOIN issue i ON i.id = o.issue_id JOIN account a ON a.id = o.account_id"
                " JOIN draft d ON d.account_id = a.id JOIN transcript t ON t.account_id = a.id"
            )
        )
        carried = [("Đường", "accepted", "ha-tang", "assigned", "1001", "mới", 5, "Chào bác")]
        assert [tuple(row) for row in rows] == carried
        held = await connection.execute(
            text(
                "SELECT c.revision, c.planned_at = c.created_at, s.place, s.starts_at = c.starts_at, s.villages"
                " FROM conference c JOIN conference_session s ON s.conference_id = c.id"
            )
        )
        assert [[*row[:-1], row[-1] in ([], "[]")] for row in held] == [[1, True, "Hội trường", True, True]]
        if bare.is_sqlite:
            made = await connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
            assert {"draft", "answer", "transcript"} <= set(made.scalars())


async def test_announcement_of_an_earlier_version_keeps_its_words_and_its_messages(bare: Database) -> None:
    at = "2026-11-23 02:00:00" if bare.is_sqlite else "2026-11-23 02:00:00+00"
    await upgrade(bare, "0004")
    async with bare.engine.begin() as connection:
        for statement in (
            f"INSERT INTO person (id, created_at) VALUES (1, '{at}')",
            (
                "INSERT INTO account (id, messenger, native_id, person_id, language, created_at)"
                f" VALUES (1, 'telegram', '1001', 1, 'vi', '{at}')"
            ),
            f"INSERT INTO official (id, person_id, role, created_at) VALUES (1, 1, 'clerk', '{at}')",
            (
                "INSERT INTO announcement (id, text, official_id, state, audience, created_at, sent_at)"
                f" VALUES (12, 'họp <thôn> & góp', 1, 'sending', '{{}}', '{at}', '{at}')"
            ),
            *(
                "INSERT INTO outbox (account_id, messenger, priority, kind, key, state, attempts, repeated, created_at,"
                f" not_before) VALUES (1, 'telegram', 3, 'announcement', '{key}', 'sent', 1, {no}, '{at}', '{at}')"
                for key in ("announcement:12:1", "announcement:123:1")
                for no in ["0" if bare.is_sqlite else "false"]
            ),
        ):
            await connection.execute(text(statement))
    await upgrade(bare)
    async with bare.engine.connect() as connection:
        kept = (await connection.execute(text("SELECT text, revision, queued_at IS NULL FROM announcement"))).one()
        rows = await connection.execute(text("SELECT key, announcement_id FROM outbox ORDER BY id"))
        assert tuple(kept) == ("họp &lt;thôn&gt; &amp; góp", 1, False)
        assert [tuple(row) for row in rows] == [("announcement:12:1", 12), ("announcement:123:1", None)]


async def test_long_address_is_given_up_by_an_earlier_version_and_kept_by_this_one(bare: Database) -> None:
    at = "2026-11-23 02:00:00" if bare.is_sqlite else "2026-11-23 02:00:00+00"
    await upgrade(bare)
    async with bare.engine.begin() as connection:
        for length in (300, 301):
            await connection.execute(
                text(
                    "INSERT INTO attachment (messenger, file_id, kind, mime, state, attempts, next_try_at, created_at)"
                    f" VALUES ('zalo_oa', '{'x' * length}', 'photo', 'image/jpeg', 'pending', 0, '{at}', '{at}')"
                )
            )
    await downgrade(bare, "0007")
    async with bare.engine.connect() as connection:
        kept = await connection.execute(text("SELECT length(file_id), state FROM attachment ORDER BY id"))
        assert [tuple(row) for row in kept] == [(300, "pending"), (None, "failed")]
