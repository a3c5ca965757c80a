"""What `doithoai check` says of the world outside: whether our public address leads here, and what time it is there."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.checks import NETWORK_SECONDS, Check
from bot.config import Settings
from bot.pages.server import UNNAMED

NAME = "địa chỉ ngoài"
FROM_HERE = (
    "Có khi chính máy này không đi vòng ra ngoài được: mở thử bằng điện thoại, tắt wifi / "
    "perhaps this machine alone cannot reach it: try from a phone"
)
PROXY = (
    "proxy phải gửi X-Forwarded-For, không thì cả xã là một địa chỉ: nginx thêm proxy_set_header X-Forwarded-For "
    "$proxy_add_x_forwarded_for; (Caddy tự gửi) / let the proxy send X-Forwarded-For"
)


async def public_address(settings: Settings, client: httpx.AsyncClient, *, running: bool) -> Check:
    """Asks for our own pages at `web.public_url`, as a phone or Zalo would; changes nothing."""
    site, here = settings.web.site, f"{settings.web.host}:{settings.web.port}"
    if not running:
        mend = f"{site}: chạy doithoai run rồi kiểm lại, lúc ấy mới thử được / start it and check again"
        return Check(NAME, True, mend)
    paths = [path for path, wanted in (("/chat", settings.web.chat), (_hook(), settings.zalo_oa.app_id)) if wanted]
    try:
        health = await _get(client, f"{site}/healthz")
        if health.status_code in {502, 503, 504}:
            mend = f"proxy không tới được doithoai: cho nó dẫn tới http://{here} / the proxy must lead there"
            return Check(NAME, False, f"{site} trả lời {health.status_code}: {mend}")
        if health.text != "ok":
            mend = f"cho proxy dẫn cả tên miền tới http://{here} / let the proxy lead the whole name there"
            return Check(NAME, False, f"{site} dẫn tới chương trình khác ({health.status_code}): {mend}")
        if settings.web.public_host is not None:
            metrics = await _get(client, f"{site}/metrics")
            if metrics.is_success or metrics.text == UNNAMED:
                return Check(NAME, False, f"{site}: {PROXY}")
        for path in paths:
            found = await _get(client, f"{site}{path}")
            if not found.is_success:
                mend = f"cho proxy dẫn cả đường này tới http://{here} / the proxy must lead this path there too"
                return Check(NAME, False, f"{site}{path} trả lời {found.status_code}: {mend}")
    except httpx.HTTPError as error:
        return Check(NAME, False, f"{site}: {_why(error)}. {FROM_HERE}")
    return Check(NAME, True, " ".join([f"{site} tới được / reached", *paths]))


def _hook() -> str:
    from bot.messengers.zalo_oa import PATH

    return PATH


async def _get(client: httpx.AsyncClient, url: str) -> httpx.Response:
    return await client.get(url, timeout=NETWORK_SECONDS, follow_redirects=True)


def _why(error: httpx.HTTPError) -> str:
    said = str(error).lower()
    if "certificate" in said or "ssl" in said:
        return "chứng chỉ HTTPS không dùng được: Caddy tự lấy, nginx thì dùng certbot / the certificate is not valid"
    if "name or service not known" in said or "no address" in said or "name resolution" in said:
        return "tên miền chưa trỏ về đâu: đặt bản ghi A ở nơi bán tên miền / the name is in no DNS"
    if isinstance(error, httpx.TimeoutException):
        return "không ai trả lời: mở cổng 443 trên tường lửa và bộ định tuyến / no answer: open port 443"
    return (
        f"không nối được ({type(error).__name__}): chạy proxy HTTPS, mở cổng 443, trỏ tên miền về máy này / "
        "no connection: run the HTTPS proxy, open port 443, let the name lead here"
    )


async def server_time(settings: Settings, client: httpx.AsyncClient) -> datetime | None:
    """The time at the server of a messenger that is configured; None when there is none, or it does not say."""
    configured = (
        (settings.telegram.token, settings.telegram.api_base),
        (settings.zalo_bot.token, settings.zalo_bot.api_base),
        (settings.zalo_oa.app_id, settings.zalo_oa.api_base),
    )
    base = next((base for used, base in configured if used is not None), None)
    if base is None:
        return None
    try:
        answer = await client.head(base, timeout=NETWORK_SECONDS)
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (httpx.HTTPError, KeyError, ValueError):
        return None
