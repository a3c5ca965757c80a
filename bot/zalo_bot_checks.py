"""What `doithoai check` says of the Zalo bot: what to tap where, and harmless calls that prove it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.checks import NETWORK_SECONDS, Check, Refused
from bot.config import Settings
from storage import quotas
from storage.quotas import Used

if TYPE_CHECKING:
    from bot.messengers.zalo_platform import Platform

NAME = "Zalo Bot"
POLLING = (
    'đang hỏi Zalo từng lúc, chỉ để thử: dùng thật thì đặt zalo_bot.mode = "webhook", web.public_url và '
    "DOITHOAI_ZALO_BOT__WEBHOOK_SECRET / polling is for a trial, in use set the webhook"
)
UNSET = "địa chỉ nhận tin chưa đặt, doithoai run sẽ đặt / the webhook is set by the first run"
UNTRIED = "địa chỉ nhận tin đã đặt; hôm nay Zalo không cho thử nữa / the webhook was tried often enough today"
REACHED = "Zalo gọi tới được / the webhook is reached"


async def zalo_bot(settings: Settings) -> Check:
    """The bot's name, and whether Zalo reaches its webhook."""
    if settings.zalo_bot.token is None:
        return Check(NAME, True, "chưa dùng / not used")
    try:
        async with _asked(settings) as (platform, me):
            hook = POLLING if settings.zalo_bot.mode == "polling" else await _webhook(platform, settings)
    except Refused as refused:
        return Check(NAME, False, refused.mend)
    return Check(NAME, True, f"{_name(me)}; {hook}")


async def zalo_bot_name(settings: Settings) -> str:
    """The bot's name as getMe tells it. Raises Refused, whose text never holds the token."""
    async with _asked(settings) as (_, me):
        return _name(me)


def plan(used: Used) -> Check:
    """How much of the bot's free plan is used: words from 80 % on, a failure when nothing is left."""
    what = "người" if used.what == "people" else "tin tháng này"
    detail = f"{used.used}/{used.limit} {what}"
    if used.level:
        detail += (
            "; gói miễn phí của Zalo sắp hết, mời bà con đi lối khác: Zalo OA, Telegram hoặc trang web / "
            "the free plan is nearly used up: lead people another way"
        )
    return Check("hạn mức Zalo Bot", used.level < quotas.FULL, detail)


def _name(me: dict[str, Any]) -> str:
    return str(me.get("display_name") or me.get("account_name") or me.get("id"))


@asynccontextmanager
async def _asked(settings: Settings) -> "AsyncIterator[tuple[Platform, dict[str, Any]]]":
    """The platform, and what getMe answered; its refusals become Refused."""
    token = settings.zalo_bot.token
    if token is None:
        raise Refused(
            "chưa có mã: trong Zalo tìm Zalo Bot Manager, mở Zalo Bot Creator, tạo bot (tên bắt đầu bằng Bot); mã đến "
            "bằng tin nhắn Zalo, đặt vào DOITHOAI_ZALO_BOT__TOKEN / no token: ask Zalo Bot Creator"
        )
    from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
    from aiogram.methods import GetMe

    from bot.messengers.zalo import new_client
    from bot.messengers.zalo_platform import Platform

    base = settings.zalo_bot.api_base
    async with new_client() as client:
        platform = Platform(client, token.get_secret_value(), base)
        try:
            yield platform, await platform.result(GetMe(), "getMe", {}, NETWORK_SECONDS)
        except TelegramUnauthorizedError:
            raise Refused(
                "Zalo không nhận mã này: trong Zalo mở Zalo Bot Creator, chọn bot, lấy lại mã (Reset token), đặt vào "
                "DOITHOAI_ZALO_BOT__TOKEN / Zalo refuses this token: get it again from Zalo Bot Creator"
            ) from None
        except TelegramAPIError as error:
            raise Refused(
                f"{base} không trả lời đúng ({type(error).__name__}); xem mạng và zalo_bot.api_base / "
                "no proper answer: check the network and zalo_bot.api_base"
            ) from None


async def _webhook(platform: "Platform", settings: Settings) -> str:
    """Lets Zalo call the webhook, where it is set already. Raises Refused when the call did not come through."""
    from aiogram.exceptions import TelegramNotFound, TelegramRetryAfter
    from aiogram.methods import GetWebhookInfo

    from bot.messengers.zalo_bot import PATH

    url = f"{settings.web.public_url}{PATH}"
    try:
        if (await platform.result(GetWebhookInfo(), "getWebhookInfo", {}, NETWORK_SECONDS)).get("url") != url:
            return UNSET
    except TelegramNotFound:
        return UNSET
    try:
        probe = await platform.ask(GetWebhookInfo(), "testWebhook", {})
    except (TelegramNotFound, TelegramRetryAfter):
        return UNTRIED
    tried = probe["result"] if isinstance(probe.get("result"), dict) else probe
    if tried.get("ok") is not True:
        raise Refused(
            f"Zalo gọi {url} không tới ({tried.get('outcome')}): chạy doithoai run, mở HTTPS ra ngoài cho địa chỉ này; "
            "sau Cloudflare thì tắt Browser Integrity Check cho nó / Zalo cannot call the webhook"
        )
    return REACHED
