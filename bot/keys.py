"""The keys of the public web chat: made once by the first start or check, and kept beside the files of the record."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

NAME = "keys.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """`session` signs what a browser holds for us."""

    session: bytes


def load(root: Path) -> Keys:
    """The keys under `root`, made when there are none. Raises OSError, ValueError for a file that is not ours."""
    path = root / NAME
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        _make(path)
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        return Keys(bytes.fromhex(found["session"]))
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path} does not hold the keys of the web chat") from None


def _make(path: Path) -> None:
    whole = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        json.dump({"session": secrets.token_hex(32)}, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        # Two processes may start at once: the file of the first stays.
        os.link(whole, path)
    except FileExistsError:
        pass
    finally:
        whole.unlink()
