"""The real program in processes of its own: started as a user does, or forked from a preloaded parent."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from tests.records import put_fresh

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with a configuration of its own, and the environment that a process there is given.

    `trusted` are "host:port" on this machine whose files a forked process fetches.
    """

    folder: Path
    environ: Mapping[str, str]
    port: int
    trusted: tuple[str, ...] = ()

    @property
    def config(self) -> Path:
        return ROOT / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def database_url(self) -> str:
        return self.environ["DOITHOAI_STORAGE__URL"]

    @property
    def media(self) -> Path:
        return Path(self.environ["DOITHOAI_STORAGE__MEDIA"])


def site(folder: Path, telegram_url: str | None = None, **settings: str) -> Site:
    """A site on a fresh SQLite file; with `telegram_url` it talks to that server of the Bot API."""
    port = free_port()
    environ = {
        "DOITHOAI_STORAGE__URL": f"sqlite+aiosqlite:///{folder / 'doithoai.db'}",
        "DOITHOAI_STORAGE__MEDIA": str(folder / "media"),
        "DOITHOAI_WEB__PORT": str(port),
        # These tests live by the real clock, at whatever hour they are run.
        "DOITHOAI_REMINDERS__QUIET": '["00:00", "00:00"]',
        "DOITHOAI_REMINDERS__OFFICE": '["00:00", "00:00"]',
        **settings,
    }
    if telegram_url is not None:
        environ |= {"DOITHOAI_TELEGRAM__TOKEN": "42:TEST", "DOITHOAI_TELEGRAM__API_BASE": telegram_url}
    return Site(folder, environ, port)


def chat_site(folder: Path, **settings: str) -> Site:
    """A site with the public web chat and no other messenger."""
    here = site(folder, **settings)
    more = {"DOITHOAI_WEB__CHAT": "true", "DOITHOAI_WEB__PUBLIC_URL": f"http://127.0.0.1:{here.port}"}
    return replace(here, environ={**here.environ, **more})


async def command(site: Site, *arguments: str) -> tuple[int, str]:
    """Runs `doithoai` with these arguments to its end; returns exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **site.environ},
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def wait_ready(site: Site, timeout: float = 60.0, process: Process | None = None) -> None:
    """Returns once /readyz is green; raises TimeoutError with the end of the log, at once when `process` has ended."""
    url = f"http://127.0.0.1:{site.port}/readyz"
    async with aiohttp.ClientSession() as client:
        try:
            async with asyncio.timeout(timeout):
                while True:
                    with suppress(aiohttp.ClientError):
                        async with client.get(url) as response:
                            if response.status == 200:
                                return
                    if process is not None and process.returncode is not None:
                        raise TimeoutError
                    await asyncio.sleep(0.02)
        except TimeoutError:
            tail = site.log.read_text()[-2000:] if site.log.exists() else "no log"
            raise TimeoutError(f"not ready in {timeout} s; the log ends:\n{tail}") from None


@asynccontextmanager
async def running(site: Site) -> AsyncIterator[Process]:
    """`doithoai run` as a user starts it; it is ready when the body begins, and stopped by SIGTERM after it."""
    with site.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env={**os.environ, **site.environ}, stdout=log, stderr=log
        )
    try:
        await wait_ready(site, process=process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 20)


class Parent:
    """The preloaded parent: `start` forks a bot in milliseconds, `kill` ends it between any two instructions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Parent"]:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            parent = cls(process)
            parent._ask("")
            yield parent

    def _ask(self, order: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the parent has no pipes")
        if order:
            self._process.stdin.write(f"{order}\n")
            self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    async def start(self, site: Site, *, ready: bool = True) -> int:
        """Forks a bot; returns its pid. A new record is there already: to migrate it takes longer than the start."""
        if not (record := site.folder / "doithoai.db").exists():
            await put_fresh(record)
        order = {
            "environ": dict(site.environ),
            "config": str(site.config),
            "log": str(site.log),
            "trusted": site.trusted,
        }
        pid = int(await asyncio.to_thread(self._ask, json.dumps(order)))
        if ready:
            await wait_ready(site)
        return pid

    @asynccontextmanager
    async def running(self, site: Site, *, ready: bool = True) -> AsyncIterator[int]:
        """A forked bot, `ready` when the body begins and stopped by SIGTERM after it, if it has not ended by then."""
        pid = await self.start(site, ready=ready)
        try:
            yield pid
        finally:
            if Path(f"/proc/{pid}").exists():
                await self.end(pid, signal.SIGTERM)

    @staticmethod
    async def end(pid: int, signal_number: int = signal.SIGKILL, timeout: float = 20.0) -> None:
        """Sends the signal and returns once the process is gone."""
        gone = asyncio.Event()
        watched = os.pidfd_open(pid)
        loop = asyncio.get_running_loop()
        loop.add_reader(watched, gone.set)
        try:
            os.kill(pid, signal_number)
            await asyncio.wait_for(gone.wait(), timeout)
        finally:
            loop.remove_reader(watched)
            os.close(watched)
