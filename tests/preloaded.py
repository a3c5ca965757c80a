"""A parent that has imported the program and forks a running bot for each line it reads.

A start costs seconds of imports; a kill test needs dozens of starts. Each line of standard input is a JSON object
{"environ": {...}, "config": path, "log": path, "trusted": [...]}; the pid of the child that runs `doithoai run` is
printed.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

AT_A_START = ("aiosqlite", "uvicorn.lifespan.on", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto")
"""What a start imports besides."""


def _run(order: dict[str, object]) -> None:
    from bot import logs
    from bot.app import serve
    from bot.config import load

    environ = {str(key): str(value) for key, value in dict(order["environ"]).items()}  # type: ignore[call-overload]
    out = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(environ)
    logs.setup(stream=os.fdopen(2, "w"), pretty=False)
    trusted = [str(each) for each in list(order["trusted"])]  # type: ignore[call-overload]
    code = asyncio.run(serve(load(Path(str(order["config"])), os.environ), trusted))
    os._exit(code)


def _rehearse() -> None:
    """Runs the program to its first tick: what it imports, compiles and reads there, its children have."""
    from bot import logs
    from bot.app import assemble, run
    from bot.config import load
    from tests import statements, trust
    from tests.processes import chat_site

    statements.share()
    trust.share()

    async def play(folder: Path) -> None:
        here = chat_site(folder)
        parts, stopping = assemble(load(here.config, here.environ)), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(run(parts, stopping))
            while parts.clock.last_tick is None:
                await asyncio.sleep(0.01)
            stopping.set()

    with TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        logs.setup(stream=nowhere, pretty=False)
        asyncio.run(play(Path(folder)))


def main() -> None:
    gc.disable()  # What an import makes stays.
    for name in ("bot.app", *AT_A_START):
        import_module(name)
    import_module("handlers.words").Words()
    import_module("bot.config").load(Path("config.toml"), {}).commune()
    _rehearse()
    # A child that looked through all of it would copy it, page by page.
    gc.freeze()
    gc.enable()
    # Children are reaped by nobody: the tests ask the kernel whether a pid is still there.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(json.loads(line))
        print(pid, flush=True)


if __name__ == "__main__":
    main()
