"""What has to be loaded with an opinion, to say where it stands."""

from functools import cache

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from storage.models import Issue, Opinion


@cache
def standing() -> tuple[ORMOption, ...]:
    """Its issue, what was answered to it and what was promised."""
    issue = selectinload(Opinion.issue)
    return (issue.selectinload(Issue.commitments), issue.selectinload(Issue.released))
