"""The officials' menu of commands, each for the roles that have its right."""

from storage.models import Official, Role
from storage.rights import Right, may

MENU: tuple[tuple[str, str, Right], ...] = (
    ("viec", "o-menu-viec", Right.LIST),
    ("xem", "o-menu-xem", Right.READ),
    ("hoinghi", "o-menu-hoinghi", Right.PLAN_CONFERENCE),
    ("phattin", "o-menu-phattin", Right.ANNOUNCE),
    ("duyet", "o-menu-duyet", Right.APPROVE),
    ("phathanh", "o-menu-phathanh", Right.RELEASE),
    ("uyquyen", "o-menu-uyquyen", Right.DELEGATE),
    ("vaitro", "o-menu-vaitro", Right.ROLES),
    ("themnguoi", "o-menu-themnguoi", Right.INVITE),
    ("nhatky", "o-menu-nhatky", Right.HISTORY),
)
"""(command, key of its description, right)."""

WAITS = {
    Role.LEADER: "o-menu-viec-leader",
    Role.VILLAGE_HEAD: "o-menu-viec-village-head",
    Role.OBSERVER: "o-menu-viec-observer",
    Role.ADMIN: "o-menu-viec-admin",
}
"""What `/viec` shows to those for whom it is no list of what to answer."""

ROLES = {
    Role.CLERK: "o-role-clerk",
    Role.STAFF: "o-role-staff",
    Role.LEADER: "o-role-leader",
    Role.VILLAGE_HEAD: "o-role-village-head",
    Role.OBSERVER: "o-role-observer",
    Role.ADMIN: "o-role-admin",
}
"""What each role is called."""


IN_MENU = 4
"""Commands that a messenger's menu shows; the others are typed or behind a button."""


def commands_of(official: Official) -> list[tuple[str, str]]:
    """(command, key of its description) for each command of this official."""
    found = [(name, key) for name, key, right in MENU if may(official, right)]
    return [(name, WAITS.get(official.role, key) if name == "viec" else key) for name, key in found]


def menu_of(official: Official) -> list[tuple[str, str]]:
    """The first of them, for a messenger's menu."""
    return commands_of(official)[:IN_MENU]
