"""What a typed word picks from the options last offered."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.conversations import Option, chosen, close_menu, conversation_of, open_menu
from storage.database import Database
from storage.folding import fold
from storage.models import Conversation
from tests.commune import START
from tests.storage.steps import caller

SENDING = [Option("Gửi, không ghi tên", "send:0"), Option("Gửi, có ghi tên", "send:1"), Option("Bỏ", "drop")]
VILLAGES = [Option("1", "v:mau-1"), Option("2", "v:mau-2"), Option("0", "v:none")]


def asked(options: list[Option], *, numbered: bool) -> Conversation:
    conversation = Conversation(account_id=1, state=None, data={}, menu=None, updated_at=START)
    open_menu(conversation, options, numbered=numbered)
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
        (".", None),
        ("", None),
        ("9" * 10_000, None),
        ("Gửi, có ghi tên", "send:1"),
        ("GUI, CO GHI TEN", "send:1"),
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


@pytest.mark.parametrize(("text", "data"), [("1", None), ("Bỏ", "drop"), ("gui, khong ghi ten", "send:0")])
def test_chosen_when_no_numbers_were_shown(text: str, data: str | None) -> None:
    assert chosen(asked(SENDING, numbered=False), text) == data


@pytest.mark.parametrize(("text", "data"), [("0", "v:none"), ("2", "v:mau-2"), ("02", "v:mau-2"), ("3", "v:none")])
def test_chosen_when_the_labels_are_numbers(text: str, data: str) -> None:
    assert chosen(asked(VILLAGES, numbered=True), text) == data


def test_chosen_when_typed_in_decomposed_letters() -> None:
    assert chosen(asked(SENDING, numbered=False), unicodedata.normalize("NFD", "Bỏ")) == "drop"


def test_chosen_when_labels_differ_by_marks_alone_needs_the_marks() -> None:
    menu = asked([Option("Bản Mò", "a"), Option("Bản Mỏ", "b")], numbered=False)
    assert [chosen(menu, text) for text in ("Bản Mò", "Bản Mỏ", "ban mo")] == ["a", "b", None]


def test_chosen_when_the_menu_was_closed() -> None:
    conversation = asked(SENDING, numbered=True)
    close_menu(conversation)
    assert (chosen(conversation, "1"), conversation.menu) == (None, None)


labels = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique_by=fold)


@given(labels, st.data(), st.booleans())
def test_chosen_when_a_label_is_typed_finds_it(names: list[str], data: st.DataObject, numbered: bool) -> None:
    assume(all(name.strip() and not name.strip().rstrip(".").isdecimal() for name in names))
    index = data.draw(st.integers(0, len(names) - 1))
    menu = asked([Option(name.strip(), str(at)) for at, name in enumerate(names)], numbered=numbered)
    assert chosen(menu, names[index]) == str(index)
    folded = fold(names[index])
    if len(folded) >= 4 and not folded.rstrip(".").isdecimal():
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
        open_menu(conversation, SENDING[2:], numbered=True)
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
