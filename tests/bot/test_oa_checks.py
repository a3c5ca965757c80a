"""What `doithoai check` says of an Official Account at each step of setting it up, on its double."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.backup import backup, restore
from bot.checks import run_checks
from bot.config import Settings, load
from bot.messengers.zalo import new_client
from bot.messengers.zalo_tokens import ConsentNeeded, Tokens, ZaloApp
from bot.oa_checks import EVENTS, official_account
from storage import inbox, quotas
from storage.database import Database, utc_now
from storage.files import MediaStore
from storage.inbox import Incoming
from storage.people import load_callers
from tests.bot.parts import sql
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, Fault, Json, ZaloOaDouble, person
from tests.lines.zalo_oa import oa_site
from tests.records import put_fresh


@pytest.fixture
async def oa() -> AsyncIterator[ZaloOaDouble]:
    async with ZaloOaDouble() as double:
        yield double


def configured(folder: Path, oa: ZaloOaDouble, token: str, **settings: str) -> Settings:
    place = oa_site(folder, oa, token, **settings)
    return load(place.config, place.environ)


async def said(settings: Settings) -> str:
    return str(await official_account(settings, utc_now))


async def run_once(settings: Settings, token: str) -> None:
    """What a first run does with the tokens."""
    db = Database(settings.storage.url, settings.commune())
    try:
        async with new_client() as client:
            app = ZaloApp(APP_ID, APP_SECRET, token)
            await Tokens(db, client, app, settings.zalo_oa.oauth_base).current()
    finally:
        await db.close()


async def test_each_step_says_what_to_click_and_no_check_spends_a_refresh_token(
    tmp_path: Path, oa: ZaloOaDouble
) -> None:
    token = oa.consent()
    keyless = await said(configured(tmp_path, oa, token, DOITHOAI_ZALO_OA__OA_SECRET=""))
    assert keyless.startswith("FAIL  Zalo OA: chưa có OA Secret Key: mở developers.zalo.me")
    assert "https://xa.example/webhook/zalo-oa" in keyless
    settings = configured(tmp_path, oa, token)
    assert (await said(settings)).startswith("ok    Zalo OA: lần chạy đầu sẽ lấy khoá")
    await put_fresh(tmp_path / "doithoai.db")
    assert (await said(settings)).startswith("ok    Zalo OA: lần chạy đầu sẽ lấy khoá")
    assert oa.refreshes == []
    await run_once(settings, token)
    assert await said(settings) == "ok    Zalo OA: UBND xã Mẫu"
    await somebody_wrote(settings, oa)
    plan = "còn 312 tin ngoài 48 giờ / messages left outside 48 h"
    assert await said(settings) == f"ok    Zalo OA: UBND xã Mẫu, {plan}"
    asked = [(call.method, call.params, call.error) for call in oa.calls() if call.method.startswith("/v")]
    name: tuple[str, Json, str | None] = ("/v2.0/oa/getoa", {}, None)
    assert [each for each in asked if each[0] != "/v4/oa/access_token"] == [
        name,
        name,
        ("/v3.0/oa/quota/message", {"user_id": person(1)}, None),
    ]
    assert oa.refreshes == [token]
    assert oa.said == []


async def somebody_wrote(settings: Settings, oa: ZaloOaDouble) -> None:
    """Two did; the one who was there last can be asked for, and Zalo said what is left."""
    db = Database(settings.storage.url, settings.commune())
    async with db.write() as tx:
        for number, hours in ((1, 1), (2, 3)):
            oa.meet(person(number))
            caller = (await load_callers(tx, "zalo_oa", [person(number)]))[person(number)]
            caller.account.last_interaction_at = tx.now - timedelta(hours=hours)
        await quotas.keep_left(tx, "zalo_oa", 312)
    await db.close()


async def test_refused_token_and_one_that_lapses_say_where_a_new_one_is_got(tmp_path: Path, oa: ZaloOaDouble) -> None:
    token = oa.consent()
    settings = configured(tmp_path, oa, token)
    await put_fresh(tmp_path / "doithoai.db")
    await run_once(settings, token)
    db = Database(settings.storage.url, settings.commune())
    await sql(db, "UPDATE oa_token SET refresh_until = access_until")
    assert (await said(settings)).startswith("FAIL  Zalo OA: refresh token hết hạn ")
    await sql(db, "UPDATE oa_token SET access_until = NULL, access_token = NULL")
    oa.revoke()
    with pytest.raises(ConsentNeeded):
        await run_once(settings, token)
    refused = await said(settings)
    await db.close()
    assert refused.startswith("FAIL  Zalo OA: Zalo không nhận refresh token nữa: xem lại app_id và app_secret")
    assert "Công cụ, API Explorer" in refused


async def test_restored_backup_says_that_its_token_may_be_spent_and_then_that_it_is(
    tmp_path: Path, oa: ZaloOaDouble
) -> None:
    token = oa.consent()
    settings = configured(tmp_path, oa, token)
    await put_fresh(tmp_path / "doithoai.db")
    await run_once(settings, token)
    db = Database(settings.storage.url, settings.commune())
    await backup(db, MediaStore(settings.storage.media), tmp_path / "old.tar")
    # The year goes on, and what the backup holds is exchanged.
    await sql(db, "UPDATE oa_token SET access_token = NULL")
    await db.close()
    await run_once(settings, token)
    assert (await said(settings)).startswith("ok ")
    await restore(tmp_path / "old.tar", settings, force=True)
    assert (await said(settings)).startswith("FAIL  Zalo OA: khoá có thể đã dùng rồi, vì vừa dựng lại từ bản sao lưu")
    with capture_logs() as logs, pytest.raises(ConsentNeeded):
        await run_once(settings, token)
    assert [line["event"] for line in logs] == ["zalo_oa.last_try", "zalo_oa.refused", "zalo_oa.token"]
    with pytest.raises(ConsentNeeded):
        await run_once(settings, token)
    assert (await said(settings)).startswith("FAIL  Zalo OA: Zalo không nhận refresh token nữa")
    assert oa.refreshes == [token, "refresh-2", "refresh-2"]
    fresh = oa.consent()
    await run_once(settings, fresh)
    assert (await said(configured(tmp_path, oa, fresh))).startswith("ok ")


@pytest.mark.parametrize(
    ("path", "fault", "mend"),
    [
        ("/v2.0/oa/getoa", Fault.status(-224, "plan"), "Gói dịch vụ, Tăng trưởng"),
        ("/v2.0/oa/getoa", Fault.status(-209, "app"), "the app is not activated"),
        ("/v2.0/oa/getoa", Fault.status(-9999, "?"), "lỗi -9999"),
        ("/v2.0/oa/getoa", Fault("html"), "xem mạng và zalo_oa.api_base"),
        ("/v3.0/oa/quota/message", Fault.status(-224, "plan"), "Gói dịch vụ, Tăng trưởng"),
        ("/v3.0/oa/quota/message", Fault("html"), "xem mạng và zalo_oa.api_base"),
    ],
)
async def test_refusal_of_the_platform_says_what_to_mend(
    tmp_path: Path, oa: ZaloOaDouble, path: str, fault: Fault, mend: str
) -> None:
    token = oa.consent()
    settings = configured(tmp_path, oa, token)
    await put_fresh(tmp_path / "doithoai.db")
    await run_once(settings, token)
    await somebody_wrote(settings, oa)
    oa.script(path, fault)
    shown = await said(settings)
    assert shown.startswith("FAIL  Zalo OA: ")
    assert mend in shown
    assert oa.access_token() not in shown


async def test_refusal_that_is_about_one_person_is_none_of_the_account(tmp_path: Path, oa: ZaloOaDouble) -> None:
    token = oa.consent()
    settings = configured(tmp_path, oa, token)
    await put_fresh(tmp_path / "doithoai.db")
    await run_once(settings, token)
    await somebody_wrote(settings, oa)
    oa.script("/v3.0/oa/quota/message", Fault.status(-213, "not followed"))
    assert (await said(settings)).startswith("ok    Zalo OA: UBND xã Mẫu, còn 312 tin")


async def test_events_are_known_by_what_came(tmp_path: Path, oa: ZaloOaDouble) -> None:
    settings = configured(tmp_path, oa, oa.consent())
    await put_fresh(tmp_path / "doithoai.db")
    before = await events_said(settings)
    assert before.startswith("ok    tin đến từ Zalo OA: chưa có tin nào tới, mà không hỏi Zalo được")
    assert "https://xa.example/webhook/zalo-oa" in before
    db = Database(settings.storage.url, settings.commune(), lambda: datetime(2026, 11, 28, 8, tzinfo=UTC))
    async with db.write() as tx:
        await inbox.receive(tx, "zalo_oa", [Incoming("1", "2", {"update_id": 1})])
    await db.close()
    assert (
        await events_said(settings) == "ok    tin đến từ Zalo OA: gần nhất lúc 15:00 28/11/2026 / the latest came then"
    )


async def events_said(settings: Settings) -> str:
    return next(str(each) for each in await run_checks(settings, min_free=1) if each.name == EVENTS)


async def test_account_that_is_not_used(tmp_path: Path, oa: ZaloOaDouble) -> None:
    settings = load(oa_site(tmp_path, oa, "x").config, {})
    assert await said(settings) == "ok    Zalo OA: chưa dùng / not used"
