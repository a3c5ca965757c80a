"""The commune that tests happen in, and its clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.commune import Channel, Commune, Field, Plan, Unit, Village, Window

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00 in the commune

COMMUNE = Commune(
    name="xã Khuất Xá",
    short_code="KX",
    province="Lạng Sơn",
    timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
    hotline="0205 000 000",
    office="Văn phòng HĐND và UBND",
    form_of_address="bác",
    address="trụ sở UBND xã",
    villages=tuple(Village(f"mau-{n}", f"Thôn mẫu {n}") for n in range(1, 7)),
    fields=(
        Field("ha-tang", "Cơ sở hạ tầng", "Đường, điện, nước", "phong-kinh-te"),
        Field("dat-dai", "Quản lý đất đai", "Đất đai", "phong-kinh-te"),
        Field("chinh-sach", "Chế độ chính sách", "Chế độ, hỗ trợ", "phong-vh-xh"),
        Field("van-hoa", "Thiết chế văn hoá", "Nhà văn hoá, sân chơi", "phong-vh-xh"),
        Field("khac", "Khác", "Khác, không rõ", "van-phong"),
    ),
    units=(
        Unit("phong-kinh-te", "Phòng Kinh tế"),
        Unit("phong-vh-xh", "Phòng Văn hoá – Xã hội"),
        Unit("van-phong", "Văn phòng HĐND và UBND"),
    ),
)

BOT = Channel("zalo_bot", "Zalo Bot", plain=True, plan=Plan(people=50, messages=3000))
OA = Channel(
    "zalo_oa",
    "Zalo OA",
    window=Window(free=timedelta(hours=48), open=timedelta(days=7), price=55, included=500),
)


@dataclass
class Clock:
    instant: datetime = START

    def __call__(self) -> datetime:
        return self.instant

    def pass_(self, **span: float) -> None:
        self.instant += timedelta(**span)
