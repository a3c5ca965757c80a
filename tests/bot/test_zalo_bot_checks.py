"""What `doithoai check` says of a Zalo bot, on its double."""

from pathlib import Path

from bot.checks import run_checks
from bot.zalo_bot_checks import POLLING, UNSET, UNTRIED
from storage import quotas
from storage.database import Database
from tests.bot.test_checks import configured, environ, migrated, now, one, port
from tests.doubles.zalo_bot import Fault, ZaloBotDouble

__all__ = ["environ", "port"]


def on_zalo(environ: dict[str, str], zalo: ZaloBotDouble) -> dict[str, str]:
    return environ | {"DOITHOAI_ZALO_BOT__TOKEN": zalo.token, "DOITHOAI_ZALO_BOT__API_BASE": zalo.url}


async def test_zalo_token_is_tried_and_never_shown(tmp_path: Path, environ: dict[str, str]) -> None:
    async with ZaloBotDouble() as zalo:
        settings = configured(tmp_path, on_zalo(environ, zalo))
        good = await run_checks(settings, now, min_free=1)
        zalo.script("getMe", Fault.status(403, "Internal server error"))
        stumbling = await run_checks(settings, now)
        zalo.revoke()
        refused = await run_checks(settings, now)
    assert [str(check) for check in good if check.name in {"Zalo Bot", "Telegram"}] == [
        "ok    Telegram: chưa dùng / not used",
        f"ok    Zalo Bot: Bot Xã Mẫu; {POLLING}",
    ]
    for checks, mend in ((refused, "Zalo Bot Creator"), (stumbling, "zalo_bot.api_base")):
        shown = [str(check) for check in checks]
        assert [mend in line for line in shown if line.startswith("FAIL  Zalo Bot")] == [True]
        assert not any("abc-xyz" in line for line in shown)


async def test_zalo_webhook_that_zalo_cannot_call_says_what_to_open(tmp_path: Path, environ: dict[str, str]) -> None:
    async with ZaloBotDouble() as zalo:
        hooked = on_zalo(environ, zalo) | {
            "DOITHOAI_ZALO_BOT__MODE": "webhook",
            "DOITHOAI_ZALO_BOT__WEBHOOK_SECRET": "khong-ai-biet",
            "DOITHOAI_WEB__PUBLIC_URL": "https://xa.example",
        }
        settings = configured(tmp_path, hooked)
        zalo.reach["https://xa.example"] = f"{zalo.url}/media"
        before = await one("Zalo Bot", settings)
        assert before.detail == f"Bot Xã Mẫu; {UNSET}"
        await zalo.set_webhook("https://xa.example/webhook/zalo-bot")
        unreachable = await one("Zalo Bot", settings)
        zalo.script("testWebhook", Fault.status(426, "too often"))
        unsure = await one("Zalo Bot", settings)
    assert (before.ok, str(unsure)) == (True, f"ok    Zalo Bot: Bot Xã Mẫu; {UNTRIED}")
    assert unreachable.detail.startswith("Zalo gọi https://xa.example/webhook/zalo-bot không tới (webhook.http.404)")
    assert not unreachable.ok


async def test_plan_of_zalo_is_a_warning_from_80_percent_and_fails_when_used_up(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    async with ZaloBotDouble() as zalo:
        settings = configured(tmp_path, on_zalo(environ, zalo))
        await migrated(settings)
        db = Database(settings.storage.url, settings.commune(), now)
        seen: list[list[tuple[bool, str]]] = []
        for messages in (2399, 1, 600):
            async with db.write() as tx:
                await quotas.count(tx, "zalo_bot", messages)
            checks = await run_checks(settings, now, min_free=1)
            seen.append(
                [(each.ok, each.detail.partition(";")[0]) for each in checks if each.name == "hạn mức Zalo Bot"]
            )
            warned = "sắp hết" in next(str(each) for each in checks if "tin tháng này" in each.detail)
            assert warned is (messages != 2399)
        await db.close()
    assert seen == [
        [(True, "0/50 người"), (True, "2399/3000 tin tháng này")],
        [(True, "0/50 người"), (True, "2400/3000 tin tháng này")],
        [(True, "0/50 người"), (False, "3000/3000 tin tháng này")],
    ]
