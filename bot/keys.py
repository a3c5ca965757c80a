"""The keys of the public web chat: made once by the first start or check, and kept beside the files of the record."""

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

NAME = "keys.json"
CHECK = "trang chat"
PRIVATE = 0o600
LARGEST = 10_000
"""Bytes of the file, far more than it holds."""
SESSION_BYTES, SCALAR_BYTES = 32, 32


@dataclass(frozen=True, slots=True)
class Keys:
    """`session` signs what a browser holds for us; `push` is the private half, and `caller` the public half, of what
    makes us known to push services (VAPID, RFC 8292): both base64url, the scalar and the uncompressed point."""

    session: bytes
    push: str
    caller: str


class Damaged(Exception):
    """The file of the keys is not one that this program wrote; the text says what to do."""


def load(root: Path) -> Keys:
    """The keys under `root`, made when there are none. Raises OSError, and Damaged."""
    path = root / NAME
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        made = new()
        _write(path, json.dumps({"session": made.session.hex(), "push": made.push, "caller": made.caller}).encode())
    try:
        return parse(path.read_bytes())
    except ValueError:
        raise Damaged(
            f"{path} hỏng: chép lại từ bản sao lưu (doithoai restore), hoặc cất đi để máy làm khoá mới, khi đó ai cũng "
            "phải vào lại trang chat / damaged: restore it from a backup, or put it aside and new keys are made"
        ) from None


def parse(content: bytes) -> Keys:
    """The keys in a file of ours. Raises ValueError unless they are whole and belong together."""
    try:
        found = json.loads(content.decode("ascii"))
        keys = Keys(bytes.fromhex(found["session"]), str(found["push"]), str(found["caller"]))
        whole = len(keys.session) == SESSION_BYTES and _public(_scalar(keys.push)) == keys.caller
    except (KeyError, TypeError, ValueError, RecursionError):
        whole = False
    if not whole:
        raise ValueError("not the keys of a web chat")
    return keys


def put_back(root: Path, content: bytes, ending: str) -> Path | None:
    """Puts the keys of a backup under `root`; what was there and differs is kept beside under this `ending`.

    Returns where, None when nothing had to be kept. Raises OSError.
    """
    path = root / NAME
    aside = None
    if path.exists():
        if path.read_bytes() == content:
            path.chmod(PRIVATE)
            return None
        aside = path.with_name(f"{NAME}{ending}")
        path.rename(aside)
    root.mkdir(parents=True, exist_ok=True)
    _write(path, content)
    return aside


def check(root: Path, site: str) -> tuple[bool, str]:
    """Whether the chat at `site` has its keys, made if there were none, and a line for the operator."""
    try:
        load(root)
    except Damaged as damaged:
        return False, str(damaged)
    path = root / NAME
    if (mode := stat.S_IMODE(path.stat().st_mode)) & ~PRIVATE:
        return (
            False,
            f"{path} có quyền {mode:04o}, người khác trên máy đọc được: chmod 600 {path} / others can read the keys",
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

    scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return Keys(secrets.token_bytes(SESSION_BYTES), _word(scalar.to_bytes(SCALAR_BYTES)), _public(scalar))


def _public(scalar: int) -> str:
    """The public half of a VAPID key. Raises ValueError for a number that is none."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = ec.derive_private_key(scalar, ec.SECP256R1())
    return _word(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _word(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _scalar(word: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))


def _write(path: Path, content: bytes) -> None:
    """Puts a private file there, whole, unless there is one by now."""
    whole = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        # Two processes may start at once: the file of the first stays.
        os.link(whole, path)
    except FileExistsError:
        pass
    finally:
        whole.unlink()
