"""The keys of the public web chat: made once by the first start or check, and kept beside the files of the record."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

NAME = "keys.json"
CHECK = "trang chat"


@dataclass(frozen=True, slots=True)
class Keys:
    """`session` signs what a browser holds for us; `push` is the private half, and `caller` the public half, of what
    makes us known to push services (VAPID, RFC 8292): both base64url, the scalar and the uncompressed point."""

    session: bytes
    push: str
    caller: str


def load(root: Path) -> Keys:
    """The keys under `root`, made when there are none. Raises OSError, ValueError for a file that is not ours."""
    path = root / NAME
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        _make(path)
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        return Keys(bytes.fromhex(found["session"]), found["push"], found["caller"])
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path} does not hold the keys of the web chat") from None


def check(root: Path, site: str) -> tuple[bool, str]:
    """Whether the chat at `site` has its keys, made if there were none, and a line for the operator."""
    try:
        load(root)
    except ValueError:
        return (
            False,
            f"{root / NAME} hỏng: cất đi rồi chạy lại lệnh này / damaged: put it aside, run this again",
        )
    if not site.startswith("https://"):
        return (
            True,
            f"{site}/chat; thiếu HTTPS thì không ghi âm, không báo tin / no HTTPS: no voice, no push",
        )
    return True, f"{site}/chat, mã QR của thôn / a village's QR code: {site}/chat?thon=<id>"


def new() -> Keys:
    """Keys that nobody had before."""
    # Only who serves the chat waits for this to be imported.
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    return Keys(secrets.token_bytes(32), _word(scalar), _word(point))


def _word(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _make(path: Path) -> None:
    whole = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        made = new()
        json.dump({"session": made.session.hex(), "push": made.push, "caller": made.caller}, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        # Two processes may start at once: the file of the first stays.
        os.link(whole, path)
    except FileExistsError:
        pass
    finally:
        whole.unlink()
