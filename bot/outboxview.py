"""`doithoai outbox`: what waits, what went, and why what failed failed; counts, reasons and ids, never a word of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from storage import queues
from storage.database import Database
from storage.queues import Depth, Trouble
from storage.states import DeliveryState

REFRESH_SECONDS = 1.0
BAR_WIDTH = 40
TO_GO = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.SENDING)
COLUMNS: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: "chờ / queued",
    DeliveryState.HELD: "giữ / held",
    DeliveryState.SENDING: "đang gửi / sending",
    DeliveryState.SENT: "tới / sent",
    DeliveryState.UNREACHABLE: "không tới / unreachable",
    DeliveryState.FAILED: "hỏng / failed",
    DeliveryState.UNKNOWN: "chưa rõ / unknown",
    DeliveryState.STOPPED: "dừng / stopped",
}


@dataclass(frozen=True, slots=True)
class View:
    """The outbox at one instant."""

    at: datetime
    depth: Sequence[Depth]
    oldest: Mapping[str, datetime]
    muted: Mapping[str, datetime]
    troubles: Sequence[Trouble]


async def look(db: Database) -> View:
    """Reads the outbox in one transaction."""
    async with db.read() as tx:
        depth = await queues.depth(tx)
        names = sorted({one.messenger for one in depth})
        oldest = {name: await queues.next_due(tx, name) for name in names}
        muted = {name: await queues.muted_until(tx, name) for name in names}
        return View(
            tx.now,
            depth,
            {name: at for name, at in oldest.items() if at is not None},
            {name: at for name, at in muted.items() if at is not None and at > tx.now},
            await queues.troubles(tx),
        )


async def watch(db: Database, seconds: float = REFRESH_SECONDS) -> AsyncIterator[View]:
    """The outbox again and again, until nobody asks for the next."""
    while True:
        yield await look(db)
        await asyncio.sleep(seconds)


def render(view: View, local: Callable[[datetime], datetime]) -> RenderableType:
    """What the terminal shows; `local` puts an instant on the commune's clock."""
    if not view.depth:
        return Text("Hộp gửi trống / the outbox is empty")
    shown: list[RenderableType] = [_outcomes(view), *_progress(view), *_ages(view, local)]
    if view.troubles:
        shown.append(_reasons(view))
    return Group(*shown)


def _by_kind(depth: Sequence[Depth]) -> dict[tuple[str, str], Counter[DeliveryState]]:
    found: dict[tuple[str, str], Counter[DeliveryState]] = {}
    for one in depth:
        found.setdefault((one.messenger, one.kind), Counter())[one.state] = one.count
    return found


def _outcomes(view: View) -> Table:
    states = [state for state in COLUMNS if any(one.state is state for one in view.depth)]
    table = Table("Kênh / messenger", "Loại / kind")
    for state in states:
        table.add_column(COLUMNS[state], justify="right")
    for (messenger, kind), counts in _by_kind(view.depth).items():
        table.add_row(messenger, kind, *(f"{counts[state]:,}" if counts[state] else "" for state in states))
    return table


def _progress(view: View) -> list[RenderableType]:
    """A bar for each kind of which something is still to go."""
    grid = Table.grid(padding=(0, 1))
    for (messenger, kind), counts in _by_kind(view.depth).items():
        if not any(counts[state] for state in TO_GO):
            continue
        total = counts.total() - counts[DeliveryState.STOPPED]
        done = total - sum(counts[state] for state in TO_GO)
        bar = ProgressBar(total=total, completed=done, width=BAR_WIDTH)
        grid.add_row(f"{messenger} {kind}", bar, f"{done:,}/{total:,} ({done / total:.0%})")
    return [grid] if grid.row_count else []


def _ages(view: View, local: Callable[[datetime], datetime]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for messenger, at in view.oldest.items():
        late = (view.at - at).total_seconds()
        if late >= 0:
            lines.append(Text(f"{messenger}: cũ nhất chờ {late:,.0f} s / the oldest has waited {late:,.0f} s"))
        else:
            lines.append(Text(f"{messenger}: tin kế tiếp lúc / the next goes at {local(at):%H:%M %d/%m}"))
    for messenger, until in view.muted.items():
        left = (until - view.at).total_seconds()
        lines.append(Text(f"{messenger}: máy chủ bảo nghỉ thêm {left:,.0f} s / muted for {left:,.0f} s more"))
    return lines


def _reasons(view: View) -> Table:
    table = Table(
        "Kênh / messenger",
        "Loại / kind",
        "Kết cục / outcome",
        "Lý do / reason",
        "Số / count",
        "Mã gần nhất / latest ids",
    )
    for one in view.troubles:
        ids = ", ".join(str(each) for each in one.ids) + (", …" if one.count > len(one.ids) else "")
        table.add_row(one.messenger, one.kind, str(one.state), Text(one.reason), f"{one.count:,}", ids)
    return table
