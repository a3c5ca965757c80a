"""Buttons under a message."""

import pytest

from handlers.keyboards import keyboard, with_call

PLAIN = keyboard([("Về đầu", "r:menu")])


@pytest.mark.parametrize("number", ["0205 381 2345", "+84 205 381 2345", "84 (205) 381-2345", " 0205.381.2345 "])
def test_number_of_the_commune_is_called_by_a_button(number: str) -> None:
    *others, (call,) = with_call(PLAIN, "Gọi xã", number).inline_keyboard
    assert (others, call.text, call.url) == (PLAIN.inline_keyboard, "Gọi xã", "tel:+842053812345")


@pytest.mark.parametrize(
    "number", ["1900 561 560", "18001091", "0205 xxx xxx (số mẫu)", "113", "", "0205 381 2345 678"]
)
def test_number_that_cannot_be_dialled_from_abroad_stands_in_the_text_alone(number: str) -> None:
    assert with_call(PLAIN, "Gọi xã", number) is PLAIN
