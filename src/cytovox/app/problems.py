"""Errors as the API tells them: a status, a stable code, and a sentence for a person. Never a traceback."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from cytovox.domain.errors import CytovoxError

log = logging.getLogger("cytovox.app")


class ApiProblem(HTTPException):
    """Something the caller can understand and act on.

    Args:
        status: HTTP status.
        code: Stable identifier, e.g. "upload_too_large".
        message: What was expected, what came, what to do.
    """

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(status_code=status.value, detail=message)
        self.code = code


def problem_body(code: str, message: str) -> dict[str, dict[str, str]]:
    """The JSON that every error answer has."""
    return {"error": {"code": code, "message": message}}


def problem_response(status: int, code: str, message: str) -> JSONResponse:
    """An error answer."""
    return JSONResponse(problem_body(code, message), status_code=status)


def install_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the application come out as JSON of one form."""
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(RequestValidationError, _from_validation)
    app.add_exception_handler(CytovoxError, _from_cytovox)
    app.add_exception_handler(Exception, _from_unexpected)


async def _from_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker: registered for this type only
    code = error.code if isinstance(error, ApiProblem) else HTTPStatus(error.status_code).name.lower()
    answer = problem_response(error.status_code, code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _from_validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    parts = []
    for entry in error.errors():
        place = ".".join(str(part) for part in entry["loc"] if part != "body")
        parts.append(f"{place}: {entry['msg']}" if place else str(entry["msg"]))
    return problem_response(422, "invalid_request", "; ".join(parts))


async def _from_cytovox(_request: Request, error: Exception) -> JSONResponse:
    return problem_response(422, "unusable_input", str(error))


async def _from_unexpected(request: Request, error: Exception) -> JSONResponse:
    # The route's pattern, not the address: keys of persons and smears stand in some.
    place = getattr(request.scope.get("route"), "path", "no route")
    log.error("unexpected error at %s %s", request.method, place, exc_info=error)
    return problem_response(500, "internal_error", "Something went wrong in the server; its log says what.")
