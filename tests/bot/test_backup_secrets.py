"""What a backup holds besides the record and its files: the keys of the web chat, and tokens that may be spent."""

import json
import tarfile
from datetime import timedelta
from pathlib import Path

from bot import keys
from bot.backup import restore
from storage import oa_tokens
from storage.oa_tokens import Attempt
from tests.bot.test_backup import NOW, PHOTO, backed_up, configured, filled, forge, members, opened, with_manifest


async def test_keys_of_the_web_chat_come_back_private_and_those_that_were_there_are_kept(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    made = keys.load(media.root)
    file = tmp_path / "b.tar"
    done = await backed_up(there, file)
    assert (done.files, done.lost, done.has_keys) == (1, (), True)
    assert json.loads(members(file)["manifest.json"])["secret"] == ["doithoai.db", "keys.json"]
    with tarfile.open(file) as archive:
        assert archive.getmember("keys.json").mode == file.stat().st_mode & 0o777 == 0o600
    here = configured(tmp_path / "new")
    other = keys.load(here.storage.media)
    back = await restore(file, here, now=lambda: NOW)
    path = here.storage.media / "keys.json"
    aside = here.storage.media / "keys.json.before-restore-20261201T080000Z"
    assert (back.files, back.has_keys, back.keys_aside) == (1, True, aside)
    assert (keys.load(here.storage.media), path.stat().st_mode & 0o777) == (made, 0o600)
    assert (keys.parse(aside.read_bytes()), other != made) == (other, True)
    path.chmod(0o644)
    again = await restore(file, here, force=True, now=lambda: NOW)
    assert (again.keys_aside, path.stat().st_mode & 0o777) == (None, 0o600)


async def test_damaged_keys_are_named_as_lost_and_do_not_spoil_the_backup(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    keys.load(media.root)
    (media.root / "keys.json").write_text("{}")
    done = await backed_up(there, tmp_path / "b.tar")
    assert (done.files, done.lost, done.has_keys) == (1, ("keys.json",), False)
    assert not (await restore(tmp_path / "b.tar", configured(tmp_path / "new"))).has_keys


async def test_backup_of_the_version_before_keys_is_still_restored(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    found = with_manifest(members(tmp_path / "b.tar"), version=1)
    manifest = json.loads(found["manifest.json"])
    del manifest["secret"]
    forge(tmp_path / "old.tar", {**found, "manifest.json": json.dumps(manifest).encode()})
    done = await restore(tmp_path / "old.tar", configured(tmp_path / "new"))
    assert (done.files, done.has_keys, done.has_tokens) == (1, False, False)


async def test_tokens_of_an_official_account_in_a_backup_are_tried_once_more(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a")
    db = opened(there)
    async with db.write() as tx:
        await oa_tokens.begin(tx, "1234", "seed")
        attempt = await oa_tokens.start(tx, "1234")
        assert attempt is not None
        await oa_tokens.finish(tx, "1234", attempt, "access", "next", timedelta(hours=25))
    await db.close()
    await backed_up(there, tmp_path / "b.tar")
    here = configured(tmp_path / "new")
    assert (await restore(tmp_path / "b.tar", here)).has_tokens
    db = opened(here)
    async with db.write() as tx:
        # The same configuration begins nothing anew: what it was exchanged for stands on record.
        await oa_tokens.begin(tx, "1234", "seed")
        found = await oa_tokens.standing(tx, "1234")
        assert (found.access, found.is_due, found.is_unsure, found.is_refused) == (None, True, True, False)
        assert await oa_tokens.start(tx, "1234") == Attempt("next", 2, is_last=True)
        assert await oa_tokens.start(tx, "1234") is None
    await db.close()
