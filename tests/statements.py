"""Each statement is compiled once a process, as in the program, and not again by the new engine of each test."""

from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Connection, Engine

_compiled: dict[Any, Any] = {}


def share() -> None:
    """From now on all engines of one database share what they compile.

    A compiled statement is kept under its dialect, which is an object of its engine: those that compile alike are
    made equal, for the cache given here and for those that the mappers keep.
    """
    for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        dialect.__eq__ = _alike  # type: ignore[assignment]
        dialect.__hash__ = _name_only  # type: ignore[assignment]
    event.listen(Engine, "engine_connect", _use_shared)


def _alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other) and _traits(one) == _traits(other)


def _traits(dialect: Any) -> tuple[Any, ...]:
    return dialect.insertmanyvalues_implicit_sentinel, getattr(dialect, "server_version_info", None)


def _name_only(dialect: Dialect) -> int:
    return hash(dialect.name)


def _use_shared(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
