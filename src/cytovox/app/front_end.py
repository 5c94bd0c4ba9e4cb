"""The built front end: its files as they are, and index.html for every address of the application."""

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from cytovox.app.problems import ApiProblem

STATIC = Path(__file__).parent / "static"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Cytovox</title>
<body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>The front end is not built</h1>
<p>The API runs at <a href="/api/health">/api</a>. Build the pages with <code>make run</code>, or
<code>npm ci</code> and <code>npm run build</code> in <code>web/</code>.</p></body></html>"""


def front_end_routes(folder: Path) -> APIRouter:
    """Routes for everything outside /api. Add them last: they take any path.

    Args:
        folder: Where the built front end is.
    """
    router = APIRouter(include_in_schema=False)
    root = folder.resolve()

    @router.api_route("/api/{rest:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    def unknown_api(rest: str) -> Response:
        raise ApiProblem(
            HTTPStatus.NOT_FOUND, "not_found", f"There is nothing at /api/{rest[:200]}; see /api/docs."
        )

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def page(path: str) -> Response:
        file = _file_inside(root, path)
        if file is not None:
            # Vite puts a hash of the content into the names below assets/.
            lasting = path.startswith("assets/")
            return FileResponse(
                file,
                headers={"cache-control": "public, max-age=31536000, immutable" if lasting else "no-cache"},
            )
        if path.startswith("assets/"):
            raise ApiProblem(HTTPStatus.NOT_FOUND, "not_found", "There is no such file.")
        return index_page(root)

    return router


def index_page(root: Path) -> Response:
    """The application's one page, or a note that it has not been built."""
    index = root / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503)
    return FileResponse(index, headers={"cache-control": "no-cache"})


def _file_inside(root: Path, path: str) -> Path | None:
    if not path or "\0" in path:
        return None
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
