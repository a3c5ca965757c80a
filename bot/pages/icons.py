"""The chat's own pictures: two speech bubbles, drawn when they are first asked for."""

import io
from functools import cache

from PIL import Image, ImageDraw

GROUND, PAPER, OWN = "#0f5265", "#ffffff", "#9fd0dc"
FINER = 4
"""Drawn so many times larger and then made smaller, so that the edges are smooth."""


@cache
def icon(size: int, *, masked: bool = False) -> bytes:
    """A PNG of `size` pixels. `masked`: the ground fills the square, for a phone that cuts its own shape from it."""
    whole = size * FINER
    picture = Image.new("RGBA", (whole, whole), GROUND if masked else "#00000000")
    ink = ImageDraw.Draw(picture)
    if not masked:
        ink.rounded_rectangle((0, 0, whole - 1, whole - 1), whole * 0.2, GROUND)
    # What a phone cuts away is at most a fifth on each side.
    _bubble(ink, whole, (0.40, 0.27, 0.78, 0.53), OWN, tail=0.72)
    _bubble(ink, whole, (0.22, 0.43, 0.64, 0.71), PAPER, tail=0.29)
    return _png(picture, size)


@cache
def badge(size: int) -> bytes:
    """A PNG of one colour, for the line at the top of a phone."""
    whole = size * FINER
    picture = Image.new("RGBA", (whole, whole), "#00000000")
    _bubble(ImageDraw.Draw(picture), whole, (0.08, 0.15, 0.92, 0.72), PAPER, tail=0.25)
    return _png(picture, size)


def _bubble(
    ink: ImageDraw.ImageDraw, whole: int, box: tuple[float, float, float, float], colour: str, *, tail: float
) -> None:
    left, top, right, bottom = (round(each * whole) for each in box)
    ink.rounded_rectangle((left, top, right, bottom), (bottom - top) * 0.3, colour)
    foot = round(tail * whole)
    drop = round((bottom - top) * 0.3)
    ink.polygon(((foot, bottom - 1), (foot + drop, bottom - 1), (foot, bottom + drop)), colour)


def _png(picture: Image.Image, size: int) -> bytes:
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
