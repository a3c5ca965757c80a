"""What `doithoai check` says of the Zalo Official Account: what to click where, and a harmless call that proves it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.checks import Check
from bot.config import Settings
from storage import oa_tokens, quotas, windows
from storage.database import Database, Now
from storage.oa_tokens import Standing

NAME = "Zalo OA"
MESSENGER = "zalo_oa"
EVENTS = "tin đến từ Zalo OA"
WEBHOOK = "mở developers.zalo.me, chọn ứng dụng, Official Account, Webhook"
NO_KEY = (
    f"chưa có OA Secret Key: {WEBHOOK}; xác thực tên miền (mã đặt vào zalo_oa.verification, máy đáp ở /), đặt địa chỉ "
    "{url}, bật từng sự kiện user_send_… và follow, unfollow; OA Secret Key hiện ra ngay đó, đặt vào "
    "DOITHOAI_ZALO_OA__OA_SECRET / register the webhook there, switch its events on, copy the OA Secret Key"
)
SILENT = (
    "chưa có tin nào tới, mà không hỏi Zalo được là sự kiện đã bật chưa: lấy Zalo của mình quan tâm OA, nhắn một câu, "
    f"một phút sau kiểm lại. Vẫn chưa thì {WEBHOOK}: địa chỉ phải là {{url}}, từng sự kiện user_send_…, follow, "
    "unfollow phải bật / nothing came in yet, and Zalo cannot be asked whether its events are on: write to the "
    "account, check again"
)
UNSURE = (
    "khoá có thể đã dùng rồi, vì vừa dựng lại từ bản sao lưu hay máy tắt giữa lúc đổi khoá: chạy doithoai run, máy thử "
    "một lần, rồi kiểm lại / the token may be spent: a run tries it once, check again; "
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of the account: its tokens, the messages that are left of its plan as Zalo last told them,
    and Zalo's id of whoever did something there last.
    """

    tokens: Standing
    left: int | None
    somebody: str | None


async def official_account(settings: Settings, now: Now) -> Check:
    """Spends no refresh token: until the first run has fetched an access token, there is nothing to prove."""
    from bot.messengers.zalo_oa import PATH
    from bot.messengers.zalo_tokens import CONSENT

    own = settings.zalo_oa
    if own.app_id is None:
        return Check(NAME, True, "chưa dùng / not used")
    if own.oa_secret is None:
        return Check(NAME, False, NO_KEY.format(url=f"{settings.web.public_url}{PATH}"))
    known = await _known(settings, now, own.app_id)
    if known is None:
        return Check(NAME, True, "lần chạy đầu sẽ lấy khoá, rồi kiểm lại / the first run fetches a token: check again")
    found = known.tokens
    if found.is_refused:
        return Check(NAME, False, f"Zalo không nhận refresh token nữa: {CONSENT}")
    if found.lapses_at - now() <= oa_tokens.LAPSE_WARNING:
        return Check(NAME, False, f"refresh token hết hạn {found.lapses_at:%d/%m/%Y}: {CONSENT}")
    if found.is_unsure:
        return Check(NAME, False, f"{UNSURE}nếu lần đó Zalo không nhận: {CONSENT}")
    if found.access is None:
        mend = "chưa lấy được khoá: xem mạng và zalo_oa.oauth_base / no token yet: check the network"
        return Check(NAME, False, mend)
    return await _asked(settings, found.access, known)


def events(settings: Settings, heard: datetime | None) -> Check:
    """Whether Zalo brings what people write: known only by what came."""
    from bot.messengers.zalo_oa import PATH

    if heard is None:
        return Check(EVENTS, True, SILENT.format(url=f"{settings.web.public_url}{PATH}"))
    at = heard.astimezone(settings.commune_section.timezone)
    return Check(EVENTS, True, f"gần nhất lúc {at:%H:%M %d/%m/%Y} / the latest came then")


async def _known(settings: Settings, now: Now, app_id: str) -> Known | None:
    """None before the first run, or when the record cannot be read (another line says)."""
    url = make_url(settings.storage.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    db = Database(settings.storage.url, settings.commune(), now)
    try:
        async with db.read() as tx:
            tokens = await oa_tokens.standing(tx, app_id)
            return Known(tokens, await quotas.left(tx, MESSENGER), await windows.latest(tx, MESSENGER))
    except (LookupError, DBAPIError, OSError):
        return None
    finally:
        await db.close()


async def _asked(settings: Settings, access_token: str, known: Known) -> Check:
    """Asks for the account's name, and whether it may write to somebody: both change nothing."""
    from aiogram.exceptions import TelegramAPIError
    from aiogram.methods import GetMe

    from bot.messengers.zalo import new_client
    from bot.messengers.zalo_oa_platform import OaError, ask_with, meaning

    base = settings.zalo_oa.api_base
    async with new_client() as client:
        try:
            me = await ask_with(client, GetMe(), "GET", f"{base}/v2.0/oa/getoa", access_token)
        except OaError as error:
            return _refused(meaning(error).stops_messenger or f"lỗi {error.code}")
        except TelegramAPIError as error:
            return _silent(base, error)
        try:
            if known.somebody is not None:
                asked = {"user_id": known.somebody}
                await ask_with(client, GetMe(), "POST", f"{base}/v3.0/oa/quota/message", access_token, json=asked)
        except OaError as error:
            # Anything else is about that one person.
            if (why := meaning(error).stops_messenger) is not None:
                return _refused(why)
        except TelegramAPIError as error:
            return _silent(base, error)
    plan = "" if known.left is None else f", còn {known.left} tin ngoài 48 giờ / messages left outside 48 h"
    return Check(NAME, True, f"{me.get('name')}{plan}")


def _refused(why: str) -> Check:
    return Check(NAME, False, f"Zalo không cho gọi / Zalo refuses: {why}")


def _silent(base: str, error: Exception) -> Check:
    mend = "xem mạng và zalo_oa.api_base / check the network and zalo_oa.api_base"
    return Check(NAME, False, f"{base} không trả lời đúng ({type(error).__name__}); {mend}")
