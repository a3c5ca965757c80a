"""Processes of the bench, each on a core of its own: the double on one, whoever talks to it on the other."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from tests.processes import ROOT

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
BOT, DOUBLE = 0, 1
"""Places in CORES. With one core nothing is pinned."""


class Child:
    """One running process; `line` reads what it prints."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def line(self, timeout: float = 120.0) -> str:
        """The next line. Raises RuntimeError when there is none any more, TimeoutError when none comes."""
        if self.process.stdout is None:
            raise RuntimeError("this process has no output")
        line = await asyncio.wait_for(self.process.stdout.readline(), timeout)
        if not line:
            raise RuntimeError(f"a bench process ended without a result (exit code {await self.process.wait()})")
        return line.decode().strip()

    async def result(self, timeout: float = 120.0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.line(timeout))
        return found

    async def end(self, number: int = signal.SIGTERM) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), 60)


@asynccontextmanager
async def child(
    module: str, *arguments: str, core: int, environ: Mapping[str, str] | None = None, log: Path | None = None
) -> AsyncIterator[Child]:
    """`python -m module …`, ended with the body. What it prints can be read, unless it goes to `log`."""

    def pin() -> None:
        if len(CORES) > 1:
            os.sched_setaffinity(0, {CORES[core]})

    sink: IO[bytes] | None = log.open("ab") if log else None
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, env={**os.environ, **(environ or {})},
            stdout=sink or PIPE, stderr=sink, preexec_fn=pin,
        )  # fmt: skip
    finally:
        if sink is not None:
            sink.close()
    one = Child(process)
    try:
        yield one
    finally:
        await one.end()
