"""Units answer, the leader approves, and what is approved goes out (dialogues.md, section 4)."""

from tests.lines import Shown
from tests.play.cast import CLERK, DEPUTY, ECONOMY, LEADER, OFFICE, SOCIETY, Collection, author_of
from tests.play.play import Play

EXPLAINED = "Kính gửi Ông/Bà. Xã đã xem việc này. Việc làm được xã đưa vào kế hoạch năm sau. Trân trọng./."
ANSWERS: dict[str, tuple[str, str]] = {
    "op001": ("Ngày 27/11 đã xem các đoạn hỏng. Xã rải đá, lu lại, xong trước ngày 14/12/2026.", "Hẹn xong"),
    "op158": ("Ngày 26/11 đã xem bờ suối. Xã đóng cọc, đắp đất đoạn sạt, xong trước 11/12/2026.", "Hẹn xong"),
    "op190": ("Xã kéo đường ống từ bể chung, xong trước ngày 18/12/2026.", "Hẹn xong"),
    "op242": ("Xã sửa mái nhà văn hoá, xong trước ngày 15/01/2027.", "Hẹn xong"),
    "op056": ("Ngày 26/11 tổ bắt chó thả rông đã đi các ngõ, nhắc 6 hộ xích chó.", "Đã xong"),
    "op221": ("Xã đã kiểm tra 2 quán, cả hai đóng cửa trước 22 giờ.", "Đã xong"),
    "op104": ("Năm nay nguồn làm nhà đã phân hết. Hộ đủ điều kiện được xếp vào đợt đầu năm 2027.", "Chưa có nguồn"),
    "op018": ("Chưa có nguồn hỗ trợ xây mới; xã ghi vào việc phải tìm nguồn.", "Chưa có nguồn"),
    "op031": ("Vắc xin do tỉnh phân bổ; xã đã gửi văn bản số 112/UBND-KT ngày 26/11/2026 xin thêm.", "Việc cấp trên"),
}
"""What a unit answers to the matter that begins with this opinion, and as what; anything else is explained."""

LEFT = {"op002", "op109"}
"""Not answered in the first days: one is forgotten, for the other a later day is asked."""


async def before_answers(play: Play, collection: Collection) -> None:
    """One author withdraws, one blocks the bot, one has her data deleted; a unit gives back what is not its own."""
    await play.at("26/11 07:00")
    await play.say(author_of("op105"), "/theodoi")
    await play.tap(author_of("op105"), f"KX-{play.codes['op105']}", "Rút ý kiến", "Rút KX")
    await play.block(author_of("op089"))
    await play.say(author_of("op155"), "/dulieu")
    await play.tap(author_of("op155"), "Xoá hết", "Xoá, không lấy lại")
    play.gone.add(author_of("op155"))
    await play.tap_on(SOCIETY, play.card(SOCIETY, "op142"), "Không phải việc phòng")
    await play.tap(SOCIETY, "Việc bộ phận khác")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt", "Giao nơi khác", "Phòng Kinh tế")
    await play.tap_on(ECONOMY, play.card(ECONOMY, "op109"), "Xin lùi hạn")
    await play.say(ECONOMY, "11/12 chờ báo giá nạo vét")
    await play.tap(CLERK, "Đồng ý")
    await play.tap_on(ECONOMY, play.card(ECONOMY, "op107"), "Xin lùi hạn")
    await play.say(ECONOMY, "18/12", "chưa xếp được người đi đo")
    await play.tap(CLERK, "Giữ hạn")


async def draft(play: Play, collection: Collection) -> None:
    """Each unit answers its cards one by one; a reply to the card is the answer."""
    await play.at("26/11 08:00")
    for unit in (ECONOMY, SOCIETY, OFFICE):
        for number in [card.id for card in play.cards(unit, "Viết trả lời")]:
            # An answer goes to a whole issue: the cards of its other voices have changed by then.
            for card in play.cards(unit, "Viết trả lời"):
                if card.id == number:
                    await answer(play, unit, card)
    await play.tap(ECONOMY, "Rút lại")
    await play.tap(ECONOMY, "Giải thích")


async def answer(play: Play, unit: int, card: Shown) -> None:
    name = play.name_on(card)
    if name in LEFT:
        return
    words, outcome = ANSWERS.get(name, (EXPLAINED, "Giải thích"))
    if name == "op056":
        await play.tap_on(unit, card, "Viết trả lời")
        await play.photo(unit, words)
    else:
        await play.say(unit, words, to=card)
    await play.tap(unit, outcome)


async def delegate(play: Play, collection: Collection) -> None:
    """A deputy approves one field until Saturday."""
    await play.at("26/11 13:30")
    await play.say(LEADER, "/uyquyen")
    await play.tap(LEADER, "Uỷ quyền", "2. Văn phòng", "Văn hoá")
    await play.say(LEADER, "28/11")
    await play.say(DEPUTY, "/duyet")
    await play.tap(DEPUTY, "Duyệt, xem tiếp")
    await play.at("26/11 13:45")


async def approve(play: Play, collection: Collection) -> None:
    """One after the other, each read whole: most approved, one sent back by a tap, one by voice, one kept."""
    await play.at("26/11 14:00")
    await play.say(LEADER, "/viec")
    await play.tap(LEADER, "Duyệt lần lượt")
    while play.offers(LEADER, "Duyệt, xem tiếp"):
        match play.name_on(play.stage.last(LEADER)):
            case "op061":
                await play.tap(LEADER, "Trả lại", "Chưa có ngày")
            case "op082":
                await play.tap(LEADER, "Trả lại")
                await play.voice(LEADER, 12)
            case "op158":
                await play.tap(LEADER, "Duyệt, xem tiếp", "Rút lại", "Duyệt")
            case "op104":
                await play.tap(LEADER, "Đưa ra hội trường")
            case _:
                await play.tap(LEADER, "Duyệt, xem tiếp")
