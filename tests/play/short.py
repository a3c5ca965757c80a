"""A short conference: each kind of act once or twice, in words of our own, so that any messenger can play it."""

from collections.abc import Awaitable, Callable

from storage.models import Role
from tests.play.cast import ADMIN, CLERK, ECONOMY, HEAD, LEADER, OBSERVER, SOCIETY
from tests.play.play import Play
from tests.play.raising import raise_by_steps

ROAD, SAME_ROAD, SPEAKER, SAME_SPEAKER = 1001, 1007, 1002, 1008
DITCH, VOICE, NAMED, ACCUSER, DECIDED, BRIDGE, WITHDRAWN, MARKET, LATE = (
    1003,
    1009,
    1004,
    1005,
    1010,
    1006,
    1011,
    1012,
    1013,
)

ROADS, LIGHTS, WATER, CULTURE, OTHER = (
    "Đường, điện, nước",
    "Đường, điện, nước",
    "Đường, điện, nước",
    "Nhà văn hoá, sân chơi",
    "Khác, không rõ",
)

WORDS = {
    "road": "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe",
    "same road": "duong vao thon hong lau roi, mua la lay loi, tre con di hoc nga",
    "speaker": "loa dau thon hong, khong nghe duoc thong bao cua xa",
    "same speaker": "loa dau thon hong roi, khong nghe duoc thong bao xa",
    "ditch": "mương nước ruộng tắc từ tháng chín, nước không vào được",
    "voice one": "Tiền hỗ trợ lợn chết dịch chưa nhận được",
    "voice two": "Nhà văn hoá thôn dột nhiều chỗ",
    "named": "xin xã cho biết bao giờ có lớp dạy nghề may",
    "accusing": "ong truong thon an chan tien ho tro cua dan",
    "decided": "đất ông nội tôi bị thu hồi năm 1998, xin xem lại",
    "bridge": "xin làm cầu cứng qua sông cho bà con đi lại",
    "withdrawn": "cột đèn đầu ngõ nghiêng",
    "market": "chợ phiên rác nhiều, không ai dọn",
    "third road": "duong vao thon bi hong lau roi, mua la lay loi, de nghi xa sua",
    "unlike": "loa dau thon hong, khong nghe duoc thong bao",
    "entered": "bà con xóm trên xin thêm một bể nước chung",
}

Act = Callable[[Play], Awaitable[None]]


async def take_office(play: Play) -> None:
    await play.join(ADMIN, Role.ADMIN)
    await play.join(CLERK, Role.CLERK)
    await play.join(LEADER, Role.LEADER)
    await play.join(ECONOMY, Role.STAFF, "phong-kinh-te")
    await play.join(SOCIETY, Role.STAFF, "phong-vh-xh")
    await play.join(OBSERVER, Role.OBSERVER)
    await play.join(HEAD, Role.VILLAGE_HEAD, village="mau-3")
    await play.say(ADMIN, "/vaitro")
    await play.tap(ADMIN, "4. ", "Cho đọc việc kín", "Ghi chức danh")
    await play.say(ADMIN, "Chủ tịch UBND xã")


async def set_conference(play: Play) -> None:
    """Proposed, agreed to, and everybody told who is there by then."""
    await play.say(CLERK, "/hoinghi", "10/12 7h30")
    await play.tap(CLERK, "Hội trường UBND xã", "Trình Chủ tịch")
    await play.tap(LEADER, "Đồng ý")


async def speak_up(play: Play) -> None:
    """By words, by a photo, by a button, by name; villages by number and by name; a neighbour's by the head."""
    await play.at("23/11 10:00")
    await raise_by_steps(play, ROAD, "road", ROADS, photos=1)
    await raise_by_steps(play, SAME_ROAD, "same road", ROADS)
    await raise_by_steps(play, SPEAKER, "speaker", CULTURE)
    await raise_by_steps(play, SAME_SPEAKER, "same speaker", CULTURE)
    await play.photo(DITCH)
    await play.tap(DITCH, "Đồng ý")
    await play.say(DITCH, WORDS["ditch"], "thon mau 3")
    await play.tap(DITCH, WATER, "Gửi, không ghi tên")
    play.note_code(DITCH, "ditch")
    await play.say(NAMED, "/start")
    await play.tap(NAMED, "Gửi ý kiến")
    await raise_by_steps(play, NAMED, "named", OTHER, name_given="Nông Thị Mẫu 0912 000 070")
    await raise_by_steps(play, DECIDED, "decided", "Đất đai")
    await raise_by_steps(play, BRIDGE, "bridge", ROADS)
    await raise_by_steps(play, WITHDRAWN, "withdrawn", LIGHTS)
    await raise_by_steps(play, MARKET, "market", ROADS)
    await play.voice(VOICE, 70)
    await play.tap(VOICE, "Đồng ý", "3", "Gửi")
    play.note_code(VOICE, "voice one")
    await play.say(HEAD, "/viec")
    await play.tap(HEAD, "Nhập hộ bà con")
    await play.say(HEAD, WORDS["entered"])
    await play.tap(HEAD, WATER, "Đồng ý, có tên")
    await play.say(HEAD, "Hoàng Văn Mẫu")
    play.note_code(HEAD, "entered")
    await play.say(ACCUSER, WORDS["accusing"])
    await play.tap(ACCUSER, "Phải, nói một người", "Trưởng thôn", "Gửi kín", "Đồng ý, gửi kín")


async def sort(play: Play) -> None:
    """A cluster merged, one merged by the card, one undone, and every other way that a card goes."""
    await play.at("25/11 08:00")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Xem cụm giống nhau", "Ghép cả cụm", "Ghép cả cụm", "Phân loại lần lượt")
    await sort_cards(play)
    await raise_by_steps(play, LATE, "third road", ROADS)
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt", "Ghép vào KX-1")


async def sort_cards(play: Play) -> None:
    while play.offers(CLERK, "Cách khác"):
        name = play.name_on(play.stage.last(CLERK))
        for step in ("Nhận",) if name in play.sorted else VERDICTS.get(name, ("Nhận",)):
            if step.startswith("= "):
                await play.say(CLERK, step[2:])
            else:
                await play.tap(CLERK, step)
        play.sorted.add(name)


VERDICTS: dict[str, tuple[str, ...]] = {
    "withdrawn": ("Nhận", "Hoàn tác", "Nhận"),
    "ditch": ("Hỏi lại", "Ở chỗ nào?"),
    "voice one": ("Nghe", "Chép lại", f"= {WORDS['voice one']}\n{WORDS['voice two']}", "Gửi bác xem"),
    "named": ("Giao nơi khác", "Phòng Văn hoá"),
    "decided": ("Cách khác", "16", "1"),
    "bridge": ("Cách khác", "2"),
}
"""What the clerk does with the card of each, after "=" what he types; any other is accepted as offered."""


async def hear_authors(play: Play) -> None:
    """What was asked back is answered; a recording is confirmed; one is not the same matter, one is withdrawn."""
    await play.at("25/11 09:00")
    await play.say(DITCH, "đoạn từ cống đầu làng đến trạm bơm", to=play.shows(DITCH, "Xã hỏi thêm"))
    await play.tap(VOICE, "Đúng rồi")
    await play.tap(SAME_SPEAKER, "Việc của tôi khác")
    await play.say(SAME_SPEAKER, "tôi nói loa nhà văn hoá chứ không phải loa đầu thôn")
    await play.tap(CLERK, "Tách ra")
    await play.say(WITHDRAWN, "/theodoi")
    await play.tap(WITHDRAWN, f"KX-{play.codes['withdrawn']}", "Rút ý kiến", "Rút KX")
    await play.say(CLERK, "/viec")
    await play.tap(CLERK, "Phân loại lần lượt")
    await sort_cards(play)


async def agree(play: Play) -> None:
    """The leader agrees to a petition and to a refusal, and reads what is sealed by a link."""
    await play.at("25/11 14:00")
    await play.say(LEADER, "/viec")
    await play.tap(LEADER, "Xem đề nghị")
    while play.offers(LEADER, "Không"):
        await play.tap(LEADER, "Đồng ý")
    await play.say(LEADER, "/viec")
    await play.tap(LEADER, "Mở một lần")
    await play.open_link(LEADER, {"do": "passed", "to": "Ban Thanh tra nhân dân"})


DONE, PROMISED, EXPLAINED, NO_MEANS = "Đã xong", "Hẹn xong", "Giải thích", "Chưa có nguồn"
IN_A_PLAN = "Kính gửi Ông/Bà. Xã đã xem việc này. Việc làm được xã đưa vào kế hoạch năm sau. Trân trọng./."
ANSWERS = (
    (ECONOMY, "road", "Ngày 27/11 đã xem đường. Xã rải đá, lu lại, xong trước ngày 14/12/2026.", PROMISED),
    (ECONOMY, "entered", "Chưa có nguồn xây bể; xã ghi vào việc phải tìm nguồn.", NO_MEANS),
    (ECONOMY, "ditch", IN_A_PLAN, EXPLAINED),
    (SOCIETY, "speaker", IN_A_PLAN, EXPLAINED),
    (SOCIETY, "same speaker", IN_A_PLAN, EXPLAINED),
    (SOCIETY, "named", IN_A_PLAN, EXPLAINED),
    (SOCIETY, "voice one", IN_A_PLAN, EXPLAINED),
)


async def answer(play: Play) -> None:
    """Each unit answers what it was given, by a reply to the card or by a button; one takes its answer back."""
    await play.at("26/11 08:00")
    for unit, name, words, outcome in ANSWERS:
        await play.answer(unit, name, words)
        await play.tap(unit, outcome)
    await play.tap_card(ECONOMY, "market", "Viết trả lời", "Trả lời")
    await play.photo(ECONOMY)
    await play.say(ECONOMY, "Tổ vệ sinh đã dọn chợ sau mỗi phiên từ 25/11.")
    await play.tap(ECONOMY, DONE, "Rút lại", DONE)


async def approve(play: Play) -> None:
    """One after the other: approved, sent back, recalled and approved again, and one kept for the hall."""
    await play.at("26/11 14:00")
    await play.say(LEADER, "/viec")
    await play.tap(LEADER, "Duyệt lần lượt")
    while play.offers(LEADER, "Duyệt, xem tiếp"):
        match play.name_on(play.stage.last(LEADER)):
            case "named":
                await play.tap(LEADER, "Trả lại", "Chưa có ngày")
            case "market":
                await play.tap(LEADER, "Duyệt, xem tiếp", "Rút lại", "Duyệt")
            case "entered":
                await play.tap(LEADER, "Đưa ra hội trường")
            case _:
                await play.tap(LEADER, "Duyệt, xem tiếp")


async def rate(play: Play) -> None:
    """Ten minutes later the answers go: clear and to be published, clear and not, unclear, or nothing is said."""
    await play.at("26/11 15:00")
    await play.tap(ROAD, "Rõ rồi", "Đăng được")
    await play.tap(SAME_ROAD, "Rõ rồi", "Đừng đăng")
    await play.tap(MARKET, "Chưa rõ")
    await play.say(MARKET, "phiên vừa rồi rác vẫn còn nguyên")
    await play.say(VOICE, "/dulieu")
    await play.tap(VOICE, "Xoá hết", "Xoá, không lấy lại")
    play.gone.add(VOICE)


async def answer_again(play: Play) -> None:
    """What was sent back and what was unclear is answered anew, and one answer is released at once."""
    await play.at("27/11 07:00")
    for unit, name, words in (
        (SOCIETY, "named", "Tháng 12 xã mở một lớp nghề may cho 20 người."),
        (ECONOMY, "market", "Từ 28/11 có thêm hai người dọn chợ sau mỗi phiên."),
    ):
        await play.say(unit, f"/traloi {play.codes[name]} {words}")
        await play.tap(unit, "Giải thích")
    await play.at("27/11 09:00")
    await play.say(LEADER, "/duyet")
    while play.offers(LEADER, "Duyệt, xem tiếp"):
        await play.tap(LEADER, "Duyệt, xem tiếp")
    await play.say(LEADER, f"/phathanh {play.codes['named']}")
    await play.tap(LEADER, "Gửi ngay")


async def invite(play: Play) -> None:
    """The conference is announced to all; they come, they speak, they do not come."""
    await play.at("27/11 17:00")
    await play.say(CLERK, "/hoinghi")
    await play.tap(CLERK, "Báo bà con", "Trình duyệt gửi")
    await play.tap(LEADER, "Đồng ý gửi")
    await play.at("27/11 18:30")
    await play.tap(ROAD, "Tôi muốn phát biểu", f"KX-{play.codes['road']}")
    await play.tap(SPEAKER, "Tôi sẽ đến")
    await play.say(DITCH, "/hoinghi")
    await play.tap(DITCH, "Tôi sẽ đến")
    await play.tap(HEAD, "Đã chuyển nhóm")


async def meet(play: Play) -> None:
    """The evening before and the morning, and the answer that was kept for the hall."""
    await play.at("02/12 07:00")
    await play.at("09/12 18:30")
    await play.tap(DITCH, "Không đến được")
    await play.at("10/12 06:00")
    await play.at("10/12 10:00")
    await play.say(LEADER, f"/phathanh {play.codes['entered']}")
    await play.tap(LEADER, "Gửi ngay")
    await play.tap(HEAD, "Rõ rồi")


async def keep_promise(play: Play) -> None:
    """What was promised is reported done with a picture; one finds it done, one in part."""
    await play.at("11/12 08:00")
    await play.say(ECONOMY, "/viec")
    await play.tap(ECONOMY, "Việc hẹn", f"KX-{play.codes['road']}", "Báo đã xong")
    await play.photo(ECONOMY)
    await play.say(ECONOMY, "đã rải đá 400 m")
    await play.tap(ECONOMY, "Báo xong")
    await play.tap(SAME_ROAD, "Đã xong")
    await play.tap(ROAD, "Được một phần")
    await play.say(ROAD, "đoạn dốc cuối thôn chưa rải")


async def publish_and_review(play: Play) -> None:
    """The copy of whom agreed; what everybody may read; what MTTQ thinks; the log of a matter."""
    await play.at("14/12 08:00")
    await play.say(CLERK, f"/xem {play.codes['road']}")
    await play.tap(CLERK, "Đăng công khai")
    while play.offers(CLERK, "Đăng bản này"):
        await play.tap(CLERK, "Đăng bản này")
    await play.say(NAMED, "/congkhai")
    await play.say(OBSERVER, "/viec")
    await play.tap(OBSERVER, "Xem lần lượt", "Đã giải quyết thật")
    await play.say(CLERK, f"/nhatky {play.codes['road']}")


ACTS: tuple[Act, ...] = (
    take_office,
    set_conference,
    speak_up,
    sort,
    hear_authors,
    agree,
    answer,
    approve,
    rate,
    answer_again,
    invite,
    meet,
    keep_promise,
    publish_and_review,
)
