"""The one place that says what each role may do. A test holds it against every operation of the API."""

import re
from enum import StrEnum
from http import HTTPStatus

from fastapi import Request

from cytovox.app.accounts import Role
from cytovox.app.cases import Case
from cytovox.app.clients import account_of
from cytovox.app.problems import ApiProblem


class Right(StrEnum):
    """What one may do."""

    VIEW = "view"
    REVIEW = "review"
    ADMINISTER = "administer"


RIGHTS = {
    Role.VIEWER: (Right.VIEW,),
    Role.REVIEWER: (Right.VIEW, Right.REVIEW),
    Role.ADMIN: (Right.VIEW, Right.REVIEW, Right.ADMINISTER),
}
ALL_RIGHTS = tuple(Right)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Method (* for any), path as the router sees it, and what it needs; None where anybody may. The first that
# fits counts. What fits none needs VIEW to read and REVIEW for the rest.
_RULES: tuple[tuple[str, str, Right | None], ...] = (
    ("*", "/api/session", None),
    ("GET", "/api/health", None),
    ("GET", "/api/docs", None),  # the page around the description, not the description
    ("*", "/api/account/.*", Right.VIEW),
    ("*", "/api/accounts(/.*)?", Right.ADMINISTER),
    ("PUT", "/api/reference-ranges", Right.ADMINISTER),
    ("POST", "/api/classify", Right.VIEW),
    ("POST", "/api/quiz(/.*)?", Right.VIEW),
)
_COMPILED = tuple((method, re.compile(pattern, re.DOTALL), right) for method, pattern, right in _RULES)
_BY_PERSON = re.compile("/api/accounts?(/.*)?", re.DOTALL)


def is_api(path: str) -> bool:
    """Whether a path is one of the API; the others are files of the front end, which anybody may read."""
    return path == "/api" or path.startswith("/api/")


def needed_right(method: str, path: str) -> Right | None:
    """What a request needs; None for nothing.

    Args:
        method: Of HTTP.
        path: As the router sees it.
    """
    if not is_api(path):
        return None
    for rule_method, pattern, right in _COMPILED:
        if rule_method in {method, "*"} and pattern.fullmatch(path):
            return right
    return Right.VIEW if method in _READING else Right.REVIEW


def needs_person(path: str) -> bool:
    """Whether an API token will not do: one that leaked must not make others, or accounts."""
    return _BY_PERSON.fullmatch(path) is not None


def role_for(right: Right) -> Role:
    """The least role that has a right."""
    return next(role for role, rights in RIGHTS.items() if right in rights)


def check_may_delete(request: Request, case: Case) -> None:
    """Lets a case be deleted by whoever uploaded it, and by an admin.

    Raises:
        ApiProblem: 403 for everybody else.
    """
    account = account_of(request)
    if account is None or account.role is Role.ADMIN or case.owner == account.name:
        return
    raise ApiProblem(
        HTTPStatus.FORBIDDEN,
        "not_yours",
        "Only the person who uploaded a case, or an admin, may delete it.",
    )
