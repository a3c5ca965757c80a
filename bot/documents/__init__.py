"""Documents: the office's own Word templates, filled. A commune changes the template in this folder, not the code."""

import io
from pathlib import Path

from docxtpl import DocxTemplate

from handlers.rendering import Notice

FOLDER = Path(__file__).parent
KINDS = ("xã ", "phường ", "thị trấn ", "đặc khu ")


class Templates:
    """Fills the templates beside this file.

    `notice.docx` may use `{{ commune }}`, `{{ commune_capitals }}`, `{{ place }}`, `{{ day }}`, `{{ month }}`,
    `{{ year }}`, `{{ summary }}` and the list `paragraphs`.
    """

    def notice(self, notice: Notice) -> bytes:
        """The notice for a village's board, without number and signature (Nghị định 30/2020/NĐ-CP)."""
        name = notice.commune
        place = next((name[len(kind) :] for kind in KINDS if name.lower().startswith(kind)), name)
        return _filled(
            "notice.docx",
            {
                "commune": name,
                "commune_capitals": name.upper(),
                "place": place,
                # Days below 10 and the first two months take a zero, so that nothing can be put before them.
                "day": f"{notice.day.day:02}",
                "month": f"{notice.day.month:02}" if notice.day.month <= 2 else str(notice.day.month),
                "year": str(notice.day.year),
                "summary": notice.summary,
                "paragraphs": notice.paragraphs,
            },
        )


def _filled(name: str, values: dict[str, object]) -> bytes:
    template = DocxTemplate(FOLDER / name)
    # The words are people's: & and < must stay words.
    template.render(values, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()
