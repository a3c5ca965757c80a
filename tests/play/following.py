"""What follows an answer: ratings, promises, the conference itself, what everybody may read, the log."""

from tests.play.cast import (
    CLERK,
    ECONOMY,
    HEAD,
    LEADER,
    OBSERVER,
    OFFICE,
    RESIDENTS,
    SOCIETY,
    Collection,
    author_of,
    village_of,
)
from tests.play.play import Play
from tests.play.raising import answer_questions

NEWS = "Xã đã trả lời hơn ba mươi việc bà con gửi. Mời bà con dự hội nghị ngày 10/12."


async def rate(play: Play, collection: Collection) -> None:
    """Ten minutes later the answers go; most find them clear, one does not, every third says nothing."""
    await play.at("26/11 15:00")
    for chat in RESIDENTS:
        for number, message in enumerate(play.cards(chat, "Rõ rồi")):
            name = play.name_on(message)
            if name == "op221":
                await play.tap_on(chat, message, "Chưa rõ")
                await play.say(chat, "quán đầu xóm vẫn mở đến 23 giờ")
            elif (chat + number) % 3:
                await play.tap_on(chat, message, "Rõ rồi")
                if play.offers(chat, "Đăng được"):
                    await play.tap(chat, "Đăng được" if chat % 2 else "Đừng đăng")
    await play.tap(HEAD, "Rõ rồi")


async def answer_again(play: Play, collection: Collection) -> None:
    """What was sent back or found unclear is answered anew, and one answer is corrected."""
    await play.at("27/11 07:00")
    await play.tap(ECONOMY, "Việc chờ")
    for unit, name, words in (
        (ECONOMY, "op061", "Xã nạo vét 300 m mương, xong trước ngày 20/12/2026."),
        (SOCIETY, "op082", "Tháng 12 xã mở một lớp nghề may cho 20 người."),
        (OFFICE, "op221", "Công an xã đã lập biên bản quán đầu xóm ngày 26/11."),
    ):
        await play.say(unit, f"/traloi {play.codes[name]} {words}")
        await play.tap(unit, "Hẹn xong" if name == "op061" else "Giải thích")
    await play.at("27/11 09:00")
    await play.say(LEADER, "/duyet")
    while play.offers(LEADER, "Duyệt, xem tiếp"):
        await play.tap(LEADER, "Duyệt, xem tiếp")
    await play.say(LEADER, f"/phathanh {play.codes['op061']} {play.codes['op082']} {play.codes['op221']}")
    await play.tap(LEADER, "Gửi ngay")
    await play.say(ECONOMY, f"/xem {play.codes['op160']}")
    await play.tap(ECONOMY, "Sửa câu đã gửi")
    await play.say(ECONOMY, "Kính gửi Ông/Bà. Kè suối cánh đồng đã có trong danh mục đầu tư năm 2027. Trân trọng./.")
    await play.say(ECONOMY, "đã có tên trong danh mục năm 2027")
    await play.tap(ECONOMY, "Giải thích")
    await play.tap(LEADER, "Duyệt")


async def announce(play: Play, collection: Collection) -> None:
    """To everybody, agreed to by the leader, in the evening; the village head passes it on."""
    await play.at("27/11 17:00")
    await play.say(CLERK, f"/phattin {NEWS}")
    await play.tap(CLERK, "Trình duyệt gửi")
    await play.tap(LEADER, "Đồng ý gửi")
    await play.at("27/11 18:30")
    await play.tap(HEAD, "Đã chuyển nhóm")


async def answered_before(play: Play, collection: Collection) -> None:
    """Somebody asks what was answered already; whoever was asked and stayed silent comes back to the clerk."""
    await play.at("28/11 09:00")
    await play.at("30/11 07:00")
    chat = next(each for each in RESIDENTS if village_of(each) == 1)
    await play.say(chat, AGAIN)
    await answer_questions(play, chat, "Khác, không rõ")
    await play.tap(chat, "Gửi, không ghi tên")
    play.note_code(chat, "again")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt", "Cách khác", "1")
    await play.tap(CLERK, f"KX-{play.codes['op056']}")
    await play.at("01/12 07:00")
    await play.at("02/12 09:00")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt", "Nhận")
    await play.say(author_of("op153"), "từ đầu năm ngoái")


AGAIN = "chó thả rông đầy ngõ xóm trên"


async def run_late(play: Play, collection: Collection) -> None:
    """One matter is forgotten: its unit, then the office, then the leader are told, day by day."""
    for day in ("03/12 07:00", "04/12 07:00", "07/12 07:00", "08/12 07:00"):
        await play.at(day)
    await play.say(ECONOMY, "/viec")
    card = play.card(ECONOMY, "op002")
    await play.say(ECONOMY, "Đường trục thôn đã có trong kế hoạch sửa năm 2027.", to=card)
    await play.tap(ECONOMY, "Giải thích")
    await play.tap(LEADER, "Duyệt")
    await play.at("08/12 09:00")


async def meet(play: Play, collection: Collection) -> None:
    """The evening before, the day itself, and the answer that was kept for the hall."""
    await play.at("09/12 18:30")
    await play.say(author_of("op104"), "/hoinghi")
    await play.at("10/12 10:00")
    await play.say(LEADER, f"/phathanh {play.codes['op104']}")
    await play.tap(LEADER, "Gửi ngay")
    await play.tap(author_of("op104"), "Rõ rồi", "Đăng được")


async def keep_promises(play: Play, collection: Collection) -> None:
    """One is reported done and disputed, one is moved, one runs late and its unit is reminded."""
    await play.at("11/12 08:00")
    await play.say(ECONOMY, "/viec")
    await play.tap(ECONOMY, "Việc hẹn", f"KX-{play.codes['op158']}", "Báo đã xong")
    await play.photo(ECONOMY, "đã đóng cọc, đắp đất 40 m")
    await play.tap(ECONOMY, "Báo xong")
    await play.tap(author_of("op158"), "Được một phần")
    await play.photo(author_of("op158"))
    await play.at("14/12 08:00")
    await play.say(ECONOMY, "/viec")
    await play.tap(ECONOMY, "Việc hẹn", f"KX-{play.codes['op001']}", "Dời hẹn")
    await play.say(ECONOMY, "25/12", "mưa, đá chưa về")
    await play.tap(ECONOMY, "Dời hẹn")
    await play.at("21/12 07:00")
    await play.tap(LEADER, "Việc chờ")
    await play.tap(LEADER, "Việc hẹn", f"KX-{play.codes['op190']}", "Nhắc đơn vị")
    await play.at("22/12 07:00")
    await play.tap(author_of("op190"), "Chưa làm")
    await play.say(author_of("op190"), "chưa thấy ống nào")


async def publish(play: Play, collection: Collection) -> None:
    """The copies of words whose authors agreed, one summary, and what another resident reads of it."""
    await play.at("22/12 08:00")
    await play.say(CLERK, f"/xem {play.codes['op056']}")
    await play.tap(CLERK, "Đăng công khai")
    for _ in range(3):
        if play.offers(CLERK, "Đăng bản này"):
            await play.tap(CLERK, "Đăng bản này")
    await play.tap(CLERK, "Lời tóm")
    await play.say(CLERK, "Chó thả rông ở Thôn mẫu 1")
    reader = author_of("op273")
    await play.say(reader, "/congkhai")
    await play.say(reader, "/congkhai chó thả rông")
    await play.tap(reader, "1")


async def review(play: Play, collection: Collection) -> None:
    """MTTQ: one matter truly settled, one not; and the whole story of some."""
    await play.at("22/12 09:00")
    await play.say(OBSERVER, "/viec")
    await play.tap(OBSERVER, "Xem lần lượt", "›", "Đã giải quyết thật", "Xem lần lượt", "Chưa, vì")
    await play.say(OBSERVER, "tối vẫn thấy chó ngoài ngõ")
    for name in ("op001", "op158", "op153", "op022", "op155", "op268"):
        await play.say(CLERK, f"/nhatky {play.codes[name]}")
    for chat in (CLERK, LEADER, ECONOMY, SOCIETY, OFFICE, HEAD):
        await play.say(chat, "/viec")
    for name in ("op001", "op105", "op190"):
        await play.say(author_of(name), "/theodoi", f"{play.codes[name]}")
