"""How long a text is for a messenger."""


def units(text: str) -> int:
    """UTF-16 code units: what the Bot API counts (core.telegram.org/api/entities#entity-length); an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
