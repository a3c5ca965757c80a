"""What a typed word picks from the options last offered."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.conversations import (
    RECENT,
    Option,
    chosen,
    close_menu,
    conversation_of,
    keep_words,
    number_in,
    offer,
    open_menu,
)
from storage.database import Database
from storage.folding import fold
from storage.models import Conversation
from tests.commune import START
from tests.storage.steps import caller

SENDING = [Option("Gửi, không ghi tên", "send:0"), Option("Gửi, có ghi tên", "send:1"), Option("Bỏ", "drop")]
VILLAGES = [Option("1", "v:mau-1"), Option("2", "v:mau-2"), Option("0", "v:none")]


def asked(options: list[Option], *, numbered: bool) -> Conversation:
    conversation = Conversation(account_id=1, state=None, data={}, menu=None, updated_at=START)
    open_menu(conversation, options, START, numbered=numbered)
    return conversation


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("1", "send:0"),
        (" 2. ", "send:1"),
        ("3", "drop"),
        ("4", None),
        ("0", None),
        ("-1", None),
        ("1 2", None),
        ("٢", "send:1"),
        ("²", None),
        ("số 2", "send:1"),
        ("so 2", "send:1"),
        ("Chọn số 2 ạ.", "send:1"),
        ("dạ 2 ạ", "send:1"),
        ("2)", "send:1"),
        ("(2)", "send:1"),
        ("2\ufe0f\u20e3", "send:1"),
        ("hai", "send:1"),
        ("Số ba", "drop"),
        ("bốn", None),
        ("nam", None),
        ("2 con bò", None),
        ("thôn 2", None),
        ("2/3", None),
        (".", None),
        ("", None),
        ("9" * 10_000, None),
        ("Gửi, có ghi tên", "send:1"),
        ("GUI, CO GHI TEN", "send:1"),
        ("gui co ghi ten", "send:1"),
        ("Gửi không ghi tên!", "send:0"),
        ("/gửi không ghi tên", None),
        ("gửi,  có ghi\ntên", "send:1"),
        ("Bỏ", "drop"),
        ("BỎ", "drop"),
        ("bo", None),
        ("bó", None),
        ("gui", None),
        ("Đường hỏng", None),
    ],
)
def test_chosen_from_a_numbered_menu(text: str, data: str | None) -> None:
    assert chosen(asked(SENDING, numbered=True), text) == data


@pytest.mark.parametrize(
    ("text", "data"), [("1", None), ("một", None), ("Bỏ", "drop"), ("gui, khong ghi ten", "send:0")]
)
def test_chosen_when_no_numbers_were_shown(text: str, data: str | None) -> None:
    assert chosen(asked(SENDING, numbered=False), text) == data


@pytest.mark.parametrize(("text", "data"), [("0", "v:none"), ("2", "v:mau-2"), ("02", "v:mau-2"), ("3", "v:none")])
def test_chosen_when_the_labels_are_numbers(text: str, data: str) -> None:
    assert chosen(asked(VILLAGES, numbered=True), text) == data


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9", 9),
        ("so 12", 12),
        ("0", 0),
        ("2026", 2026),
        ("0912345678", None),
        ("9 nhà", None),
        ("chín", None),
        ("", None),
    ],
)
def test_number_in_a_text(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_chosen_when_typed_in_decomposed_letters() -> None:
    assert chosen(asked(SENDING, numbered=False), unicodedata.normalize("NFD", "Bỏ")) == "drop"


def test_chosen_when_labels_differ_by_marks_alone_needs_the_marks() -> None:
    menu = asked([Option("Bản Mò", "a"), Option("Bản Mỏ", "b")], numbered=False)
    assert [chosen(menu, text) for text in ("Bản Mò", "Bản Mỏ", "ban mo")] == ["a", "b", None]


def test_chosen_when_the_menu_was_closed() -> None:
    conversation = asked(SENDING, numbered=True)
    close_menu(conversation, START)
    assert (chosen(conversation, "1"), conversation.menu) == (None, None)


NOTICE = [Option("Rõ rồi", "ok:7"), Option("Chưa rõ", "no:7")]


def test_offer_of_a_reply_finds_its_options_in_the_menu_and_changes_nothing() -> None:
    conversation = asked(SENDING, numbered=True)
    before = conversation.menu
    conversation.state = "raising:review"
    assert (offer(conversation, SENDING, START), conversation.menu) == ([1, 2, 3], before)


def test_offer_of_a_notice_leaves_the_numbers_of_the_open_menu() -> None:
    conversation = asked(SENDING, numbered=True)
    assert [offer(conversation, NOTICE, START), offer(conversation, NOTICE, START)] == [[4, 5], [4, 5]]
    assert [chosen(conversation, text) for text in ("1", "3", "4", "5", "6")] == [
        "send:0", "drop", "ok:7", "no:7", None,
    ]  # fmt: skip


def test_offer_of_two_notices_that_say_the_same_words_means_the_last_by_its_words() -> None:
    conversation = asked(NOTICE, numbered=True)
    assert offer(conversation, [Option("Rõ rồi", "ok:9")], START) == [3]
    assert [chosen(conversation, text) for text in ("1", "3", "Rõ rồi", "ro roi")] == ["ok:7", "ok:9", "ok:9", "ok:9"]


def test_offer_while_a_question_waits_takes_words_alone_and_the_question_s_own_first() -> None:
    conversation = asked(SENDING, numbered=True)
    conversation.state = "raising:name"
    assert offer(conversation, [*NOTICE, Option("Bỏ", "other")], START) == []
    assert offer(conversation, [*NOTICE, Option("Bỏ", "other")], START) == []
    assert [chosen(conversation, text) for text in ("4", "ro roi", "Bỏ", "1")] == [None, "ok:7", "drop", "send:0"]


def test_offer_while_a_plain_question_waits_leaves_every_number_to_its_answer() -> None:
    conversation = asked(SENDING, numbered=True)
    close_menu(conversation, START)
    conversation.state = "raising:name"
    assert offer(conversation, NOTICE, START) == []
    assert [chosen(conversation, text) for text in ("1", "2", "Chưa rõ")] == [None, None, "no:7"]


@pytest.mark.parametrize(("waited", "numbers"), [(RECENT, [4, 5]), (RECENT + timedelta(seconds=1), [1, 2])])
def test_offer_counts_from_one_again_once_the_last_one_is_old(waited: timedelta, numbers: list[int]) -> None:
    conversation = asked(SENDING, numbered=True)
    assert offer(conversation, NOTICE, START + waited) == numbers


def test_words_of_a_notice_outlive_the_question_that_waited_and_the_lists_that_follow() -> None:
    conversation = asked(SENDING, numbered=True)
    conversation.state = "raising:preview"
    assert offer(conversation, [*NOTICE, *VILLAGES], START) == []
    close_menu(conversation, START)
    assert [chosen(conversation, text) for text in ("ro roi", "1", "hai")] == ["ok:7", None, None]
    open_menu(conversation, SENDING, START, numbered=True)
    conversation.state = None
    assert offer(conversation, [Option("Tôi sẽ đến", "go:1")], START) == [4]
    assert [chosen(conversation, text) for text in ("Chưa rõ", "4", "1")] == ["no:7", "go:1", "send:0"]


@pytest.mark.parametrize(("waited", "kept"), [(RECENT, "ok:7"), (RECENT + timedelta(seconds=1), None)])
def test_words_of_a_notice_are_an_answer_to_what_is_asked_a_day_later(waited: timedelta, kept: str | None) -> None:
    conversation = asked(SENDING, numbered=True)
    conversation.state = "raising:preview"
    assert offer(conversation, NOTICE, START) == []
    close_menu(conversation, START + waited)
    assert chosen(conversation, "rõ rồi") == kept


def test_keep_words_of_a_notice_with_buttons_picks_by_its_labels_and_leaves_every_number() -> None:
    conversation = asked(SENDING, numbered=True)
    keep_words(conversation, [*NOTICE, Option("5", "of a list")], START)
    typed = ("ro roi", "Chưa rõ", "1", "4", "5")
    assert [chosen(conversation, text) for text in typed] == ["ok:7", "no:7", "send:0", None, None]


def test_keep_words_of_a_reply_changes_nothing() -> None:
    conversation = asked(SENDING, numbered=False)
    before = conversation.menu
    keep_words(conversation, SENDING, START)
    assert conversation.menu == before


def test_offer_beside_a_list_with_numbers_of_its_own_takes_words() -> None:
    conversation = asked(VILLAGES, numbered=True)
    assert offer(conversation, NOTICE, START) == []
    assert [chosen(conversation, text) for text in ("1", "0", "3", "ro roi")] == ["v:mau-1", "v:none", "v:none", "ok:7"]


def test_number_of_a_notice_that_is_picked_by_words_never_takes_it_from_the_question() -> None:
    conversation = asked(SENDING, numbered=True)
    conversation.state = "raising:preview"
    assert offer(conversation, VILLAGES, START) == []
    assert [chosen(conversation, text) for text in ("1", "2")] == [SENDING[0].data, SENDING[1].data]


def test_offer_of_a_list_with_numbers_of_its_own_is_the_menu() -> None:
    conversation = asked(NOTICE, numbered=True)
    assert offer(conversation, VILLAGES, START) == [1, 2, 3]
    assert [chosen(conversation, text) for text in ("1", "2", "0")] == ["v:mau-1", "v:mau-2", "v:none"]


labels = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique_by=fold)


@given(labels, st.data(), st.booleans())
def test_chosen_when_a_label_is_typed_finds_it(names: list[str], data: st.DataObject, numbered: bool) -> None:
    assume(all(name.strip() and not name.strip().rstrip(".").isdecimal() for name in names))
    index = data.draw(st.integers(0, len(names) - 1))
    menu = asked([Option(name.strip(), str(at)) for at, name in enumerate(names)], numbered=numbered)
    assert chosen(menu, names[index]) == str(index)
    folded = fold(names[index])
    if len(folded) >= 4 and number_in(folded) is None:
        assert chosen(menu, folded) == str(index)


@given(st.integers(1, 30), st.integers(0, 10_000))
def test_chosen_when_a_number_is_typed_finds_its_place(size: int, number: int) -> None:
    menu = asked([Option(f"lựa chọn {at}", str(at)) for at in range(1, size + 1)], numbered=True)
    assert chosen(menu, str(number)) == (str(number) if 1 <= number <= size else None)


@given(st.text(max_size=40))
def test_chosen_never_raises(text: str) -> None:
    assert chosen(asked(SENDING, numbered=True), text) in {None, "send:0", "send:1", "drop"}


async def test_conversation_of_when_asked_twice_is_one_row(db: Database) -> None:
    async with db.write() as tx:
        account = (await caller(tx, "1001")).account
        conversation = await conversation_of(tx, account.id)
        conversation.state, conversation.data = "raising:village", {"page": 2}
        open_menu(conversation, SENDING[2:], tx.now, numbered=True)
    async with db.write() as tx:
        again = await conversation_of(tx, account.id)
        assert (again.state, again.data, again.menu) == (
            "raising:village",
            {"page": 2},
            {"numbered": True, "options": [["Bỏ", "drop"]]},
        )
    async with db.read() as tx:
        assert await tx.session.get(Conversation, account.id) is not None


async def test_conversation_of_when_missing_makes_it(db: Database) -> None:
    async with db.write() as tx:
        found = await caller(tx, "1001")
        await tx.session.delete(found.conversation)
        await tx.session.flush()
        made = await conversation_of(tx, found.account.id)
        assert (made.account_id, made.state, made.data) == (1, None, {})
    async with db.read() as tx:
        assert await tx.session.get(Conversation, 1) is not None


def test_offer_of_what_no_wire_showed_as_buttons_after_all_numbers_the_menu() -> None:
    conversation = asked(SENDING, numbered=False)
    conversation.state = "raising:review"
    assert (offer(conversation, SENDING, START), chosen(conversation, "3")) == ([1, 2, 3], "drop")
