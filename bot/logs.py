"""What the operator sees: structlog on the console, with nobody's words, names, numbers or tokens in it."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"

PRIVATE_KEYS = frozenset({"text", "caption", "name", "phone", "token", "payload"})
"""Keys whose values never reach a log, at any depth."""

QUIET = (
    "aiogram",
    "aiohttp",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncpg",
    "engineio",
    "httpcore",
    "httpx",
    "nicegui",
    "socketio",
    "sqlalchemy",
    "uvicorn",  # its access lines would show the key in the phones page's address
)
"""Libraries that are heard from WARNING on."""

_BOT_TOKEN = re.compile(r"\d+(?::|%3A)(?=[\w-]*[A-Za-z])[\w-]{4,}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^@\s/]+@")
# Libraries quote what they choked on: pydantic its input, SQLAlchemy the row's values, PostgreSQL the whole key.
_QUOTED = (
    (re.compile(r"(input_value=).*?(, input_type=)", re.DOTALL), rf"\1{MASK}\2"),
    (re.compile(r"(\[parameters: ).*?(\]\n|\]$)", re.DOTALL), rf"\1{MASK}\2"),
    (re.compile(r"^(DETAIL: ).*$", re.MULTILINE), rf"\1{MASK}"),
)


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without bot tokens, passwords in URLs, values that a library quotes, and `secrets`."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    text = _URL_PASSWORD.sub(rf"\1:{MASK}@", _BOT_TOKEN.sub(MASK, text))
    for pattern, replacement in _QUOTED:
        text = pattern.sub(replacement, text)
    return text


class Masker:
    """The processor that hides PRIVATE_KEYS and masks every string of an event, its traceback included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: value if key.startswith("_") else self._masked(key, value) for key, value in event.items()}

    def _masked(self, key: object, value: Any) -> Any:
        if key in PRIVATE_KEYS:
            return MASK
        match value:
            case str():
                return mask(value, self._secrets)
            case bool() | int() | float() | None:
                return value
            case MutableMapping():
                return {inner: self._masked(inner, one) for inner, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._masked(None, one) for one in value]
            case _:
                return mask(str(value), self._secrets)


def setup(
    *, level: str = "INFO", stream: TextIO | None = None, pretty: bool | None = None, secrets: Iterable[str] = ()
) -> None:
    """Send structlog and the standard library's logging to `stream` (standard error), as JSON lines or pretty.

    Pretty is for terminals, unless said otherwise.

    `secrets` are masked wherever they appear. Calling it again replaces what the earlier call set up.
    """
    stream = stream or sys.stderr
    masker = Masker(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # traceback as plain text: no locals, and the masker reads it
        masker,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # module-level loggers follow a later setup
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(stream.isatty() if pretty is None else pretty),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)


def _renderer(pretty: bool) -> Processor:
    if pretty:
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
