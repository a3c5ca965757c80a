import io
import json
import logging
from typing import Any

import pytest
import structlog
from pydantic import TypeAdapter, ValidationError

from bot.logs import QUIET, mask, setup


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://api.example/bot42:TEST/getMe", "https://api.example/bot***/getMe"),
        ("bot42%3ATEST_x-y", "bot***"),
        ("at 2026-11-24T07:30:00.123456Z on 127.0.0.1:54321", "at 2026-11-24T07:30:00.123456Z on 127.0.0.1:54321"),
        ("postgresql+asyncpg://u:hidden@h/d", "postgresql+asyncpg://u:***@h/d"),
        ("[SQL: SELECT]\n[parameters: ('duong hong',)]\n(see)", "[SQL: SELECT]\n[parameters: ***]\n(see)"),
        ("x\nDETAIL:  Key (text)=(duong hong) exists.\ny", "x\nDETAIL: ***\ny"),
        ("duong hong", "duong hong"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_private_keys_are_hidden_at_every_depth(stream: io.StringIO) -> None:
    setup(stream=stream)
    structlog.get_logger("doithoai.test").warning(
        "update failed", update=7, text="planted", inner={"caption": "planted", "ids": [1, {"phone": "planted"}]}
    )
    (line,) = lines(stream)
    line.pop("timestamp")
    assert line == {
        "event": "update failed",
        "level": "warning",
        "logger": "doithoai.test",
        "update": 7,
        "text": "***",
        "inner": {"caption": "***", "ids": [1, {"phone": "***"}]},
    }


def test_context_is_merged_and_standard_logging_goes_the_same_way(stream: io.StringIO) -> None:
    setup(stream=stream)
    structlog.contextvars.bind_contextvars(chat=5, name="planted")
    logging.getLogger("some.library").info("calling %s", "bot42:TESTTEST")
    (line,) = lines(stream)
    line.pop("timestamp")
    assert line == {
        "event": "calling bot***",
        "level": "info",
        "logger": "some.library",
        "chat": 5,
        "name": "***",
    }


@pytest.mark.parametrize("pretty", [False, True])
def test_traceback_shows_no_locals_tokens_or_input(stream: io.StringIO, pretty: bool) -> None:
    setup(stream=stream, pretty=pretty, secrets=["key-in-the-address"])
    planted = "duong hong lau roi"
    try:
        TypeAdapter(int).validate_python(planted)
    except ValidationError:
        structlog.get_logger().exception("failed", update=7)
        logging.getLogger("some.library").exception("failed")
    try:
        raise ConnectionError("https://h/bot42:TESTTEST/x?k=key-in-the-address")
    except ConnectionError as error:
        structlog.get_logger().warning("failed", reason=error, exc_info=True)
    said = stream.getvalue()
    assert said.count("Traceback (most recent call last)") == 3
    for secret in (planted, "TESTTEST", "key-in-the-address"):
        assert secret not in said


def test_pretty_on_a_terminal_else_json(stream: io.StringIO) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    setup(stream=terminal)
    structlog.get_logger().info("xã Mẫu")
    setup(stream=stream)
    structlog.get_logger().info("xã Mẫu")
    assert not terminal.getvalue().startswith("{")
    assert [line["event"] for line in lines(stream)] == ["xã Mẫu"]


def test_libraries_are_quiet(stream: io.StringIO) -> None:
    setup(stream=stream)
    for library in (*QUIET, "aiogram.event", "uvicorn.access"):
        logging.getLogger(library).info("chatter")
        logging.getLogger(library).warning("heard")
    assert {line["event"] for line in lines(stream)} == {"heard"}


def test_level(stream: io.StringIO) -> None:
    setup(stream=stream, level="WARNING")
    structlog.get_logger().info("not shown")
    assert stream.getvalue() == ""
