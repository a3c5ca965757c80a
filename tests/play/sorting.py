"""The office sorts what came, card by card (dialogues.md, section 3)."""

from tests.play.cast import CLERK, LEADER, MASKED, VOICE, Collection, author_of
from tests.play.play import Play


async def sort_clusters(play: Play, collection: Collection) -> None:
    await play.at("25/11 07:00")
    await play.at("25/11 08:00")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Xem cụm giống nhau")
    await play.say(CLERK, "3")
    await play.tap(CLERK, "Ghép cả cụm", "Ghép cả cụm", "Phân loại lần lượt")


VERDICTS: dict[str, tuple[str, ...]] = {
    "op061": ("Nhận", "Hoàn tác", "Nhận"),
    "op268": ("Cách khác", "14"),
    "op039": ("Cách khác", "17", "= Đặt thùng rác ở khu quy hoạch\nXử lý chó thả rông ở khu quy hoạch", "Gửi bác xem"),
    "op031": ("Giao nơi khác", "Phòng Kinh tế"),
    "op032": ("Cách khác", "16", "6", "= việc tuyển quân do huyện quyết, xã không bàn"),
    "op022": ("Cách khác", "2"),
    "op209": ("Cách khác", "10", "= Ban Chỉ huy Quân sự xã"),
    "op250": ("Cách khác", "6"),
    "op241": ("Cách khác", "8"),
    "op273": ("Cách khác", "12"),
    "op058": ("Cách khác", "11"),
    "op217": ("Cách khác", "7"),
    "op253": ("Cách khác", "16", "1"),
    "op013": ("Hỏi lại", "Ở chỗ nào?"),
    "op153": ("Hỏi lại", "Từ bao giờ?"),
    "op005": ("Hỏi lại", "Câu khác", "= tuyến nào hỏng nặng nhất?"),
    "op152": ("Cách khác", "3"),
    "op038": ("Cách khác", "18"),
    "op207": (
        "Nghe",
        "Chép lại",
        "= {op207}\n{op251}\n{op266}",
        "2 →",
        "Gửi bác xem",
    ),
}
"""What the clerk does with the card of each, after "=" what he types; any other is accepted as offered."""


async def sort_cards(play: Play, collection: Collection) -> None:
    """Card by card, until nothing waits; what comes a second time is accepted."""
    while play.offers(CLERK, "Cách khác"):
        name = play.name_on(play.stage.last(CLERK))
        for step in ("Nhận",) if name in play.sorted else VERDICTS.get(name, ("Nhận",)):
            if step.startswith("= "):
                await play.say(CLERK, step[2:].format(**collection.texts))
            else:
                await play.tap(CLERK, step)
        play.sorted.add(name)


async def hear_authors(play: Play, collection: Collection) -> None:
    """What was asked back is answered by one, not known by another, and left by a third; lines are confirmed."""
    await play.at("25/11 09:00")
    asked = play.shows(author_of("op013"), "Xã hỏi thêm")
    await play.say(author_of("op013"), "đoạn từ đầu thôn đến nhà văn hoá", to=asked)
    await play.tap(author_of("op005"), "Tôi không rõ")
    await play.tap(VOICE, "Đúng rồi")
    await play.tap(author_of("op039"), "Chưa đúng")
    await play.say(author_of("op039"), "thùng rác đặt ở đầu thôn cơ")
    await play.tap(author_of("op268"), "Gửi kín", "Đồng ý, gửi kín")
    await play.say(author_of("op242"), "mái nhà văn hoá dột nặng hơn rồi")
    await play.tap(author_of("op242"), "Thêm vào")


async def rearrange(play: Play, collection: Collection) -> None:
    """Merged by codes over three villages, one split out again, a day moved for a reason, a unit changed."""
    await play.at("25/11 10:00")
    codes = play.codes
    await play.say(CLERK, f"/ghep {codes['op011']} {codes['op227']} {codes['op247']} {codes['op001']}")
    await play.say(CLERK, f"/ghep {codes['op056']} {codes['op059']}")
    await play.tap(author_of("op195"), "Việc của tôi khác")
    await play.say(author_of("op195"), "tôi xin sửa chỗ dột, không xin xây trạm mới")
    await play.tap(CLERK, "Tách ra")
    await play.say(CLERK, f"/giao {codes['op106']} phong-kinh-te 10/12")
    await play.say(CLERK, "phải đo lại bờ suối khi nước rút")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt")
    await sort_cards(play, collection)


async def agree(play: Play, collection: Collection) -> None:
    """The leader agrees to a petition and to a final decision, and to nothing else."""
    await play.at("25/11 14:00")
    await play.say(LEADER, "/viec")
    await play.tap(LEADER, "Xem đề nghị")
    while asked := play.cards(LEADER, "Không"):
        agreed = play.name_on(asked[-1]) in ("op022", "op253")
        await play.tap(LEADER, "Đồng ý" if agreed else "Không")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt")
    while play.offers(CLERK, "Cách khác"):
        await play.tap(CLERK, "Nhận")


async def read_sealed(play: Play, collection: Collection) -> None:
    """One-time links: one matter is passed to be checked, the other comes back with nobody named."""
    await play.at("25/11 15:00")
    decisions = ({"do": "passed", "to": "Ban Thanh tra nhân dân"}, {"do": "masked", "text": MASKED})
    for notice, decision in zip(play.cards(LEADER, "Mở một lần"), decisions, strict=False):
        await play.tap_on(LEADER, notice, "Mở một lần")
        await play.open_link(LEADER, decision)
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt", "Nhận")
