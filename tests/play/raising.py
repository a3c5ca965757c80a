"""The first acts: offices are taken, a conference is set, and six villages speak (dialogues.md, section 2)."""

from storage.models import Role
from tests.play.cast import (
    ACCUSATION,
    ACCUSER,
    ADMIN,
    AGAINST_LEADER,
    BOLD,
    CLERK,
    DEPUTY,
    ECONOMY,
    ENTERED,
    GATHERED,
    HEAD,
    LEADER,
    OBSERVER,
    OFFICE,
    RAISED,
    SOCIETY,
    SPOKEN,
    VOICE,
    Collection,
    author_of,
    village_of,
)
from tests.play.play import Play

SPEAKS = {1: "23/11", 2: "23/11", 3: "23/11", 4: "24/11", 5: "24/11", 6: "24/11"}
"""When each village speaks; the second day is a holiday."""


async def take_office(play: Play, _: Collection) -> None:
    await play.join(ADMIN, Role.ADMIN)
    await play.join(CLERK, Role.CLERK)
    await play.join(LEADER, Role.LEADER)
    await play.join(DEPUTY, Role.CLERK)
    await play.join(ECONOMY, Role.STAFF, "phong-kinh-te")
    await play.join(SOCIETY, Role.STAFF, "phong-vh-xh")
    await play.join(OFFICE, Role.STAFF, "van-phong")
    await play.join(OBSERVER, Role.OBSERVER)
    await play.join(HEAD, Role.VILLAGE_HEAD, village="mau-3")
    await play.say(ADMIN, "/vaitro")
    await play.tap(ADMIN, "6. ", "Cho đọc việc kín", "Ghi chức danh")
    await play.say(ADMIN, "Chủ tịch UBND xã")


async def set_conference(play: Play, _: Collection) -> None:
    await play.say(CLERK, "/hoinghi", "10/12 7h30")
    await play.tap(CLERK, "Hội trường UBND xã", "Trình Chủ tịch")
    await play.tap(LEADER, "Đồng ý")


async def speak_up(play: Play, collection: Collection) -> None:
    """Six villages over two days, each author in a way of her own."""
    for village, listed in RAISED.items():
        await play.at(f"{SPEAKS[village]} {9 + village}:00")
        for name in listed.split():
            await raise_opinion(play, author_of(name), name, collection)


async def raise_opinion(play: Play, chat: int, name: str, collection: Collection) -> None:
    """Words first; whatever is asked on the way is answered, and the code kept."""
    text, send = collection.texts[name], "Gửi, không ghi tên"
    match name:
        case "op001":
            await play.say(chat, "/start thon-mau-3", text)
        case "op002":
            await play.photo(chat)
            await play.tap(chat, "Đồng ý")
            await play.say(chat, text)
        case "op109":
            await play.photo(chat, text)
        case _:
            await play.say(chat, text)
    await answer_questions(play, chat, collection.labels[name])
    match name:
        case "op158":
            await play.photo(chat)
            await play.photo(chat)
        case "op116":
            await play.place(chat)
        case "op070":
            send = "Gửi, có ghi tên"
    await play.tap(chat, send)
    if name == "op070":
        await play.say(chat, "Nông Thị Mẫu 0912 000 070")
    play.note_code(chat, name)


async def raise_by_steps(
    play: Play, chat: int, name: str, label: str, *, photos: int = 0, name_given: str | None = None
) -> None:
    """Words first, then whatever is asked; photos while the preview stands, and sent with a name or without one."""
    await play.say(chat, play.texts[name])
    await answer_questions(play, chat, label)
    for _ in range(photos):
        await play.photo(chat)
    await play.tap(chat, "Gửi, có ghi tên" if name_given else "Gửi, không ghi tên")
    if name_given:
        await play.say(chat, name_given)
    play.note_code(chat, name)


async def answer_questions(play: Play, chat: int, label: str) -> None:
    """Consent, village, field, and whether it accuses somebody, until the preview stands."""
    choices = ("Gửi cho xã biết", "Không, việc chung", "Việc mới", "Đồng ý", str(village_of(chat)), label)
    while (choice := next((each for each in choices if play.offers(chat, each)), None)) is not None:
        await play.tap(chat, choice)


async def speak_otherwise(play: Play, collection: Collection) -> None:
    """By voice, for a neighbour, by the observer; and two that accuse somebody."""
    await play.at("24/11 16:30")
    await play.voice(VOICE, 70)
    await play.tap(VOICE, "Đồng ý", "2", "Gửi")
    play.note_code(VOICE, SPOKEN[0])
    await play.say(HEAD, "/viec")
    await play.tap(HEAD, "Nhập hộ bà con")
    await play.say(HEAD, collection.texts[ENTERED])
    await answer_questions(play, HEAD, collection.labels[ENTERED])
    await play.tap(HEAD, "Đồng ý, có tên")
    await play.say(HEAD, "Hoàng Văn Mẫu")
    play.note_code(HEAD, ENTERED)
    await play.say(OBSERVER, "/viec")
    await play.tap(OBSERVER, "Nhập hộ bà con")
    await play.say(OBSERVER, collection.texts[GATHERED])
    await play.tap(OBSERVER, "5")
    await answer_questions(play, OBSERVER, collection.labels[GATHERED])
    await play.tap(OBSERVER, "Đồng ý, không tên")
    play.note_code(OBSERVER, GATHERED)
    await play.say(ACCUSER, ACCUSATION)
    await play.tap(ACCUSER, "Phải, nói một người", "Trưởng thôn", "Gửi kín", "Đồng ý, gửi kín")
    await play.say(BOLD, AGAINST_LEADER)
    await play.tap(BOLD, "Phải, nói một người", "Lãnh đạo xã", "Xoá lời này")
