"""Cases as a person would have uploaded them, for tests of the store."""

from cytovox.app.cases import Case
from cytovox.app.store import new_case_id
from cytovox.io.browser_picture import BrowserPicture

PICTURE = BrowserPicture(b"shown", "image/png", b"small")


def example_case(number: int = 0, name: str | None = None) -> Case:
    """A queued case of its own id, uploaded so many seconds after the first."""
    return Case(
        id=new_case_id(),
        name=name or f"{number}.png",
        created_utc=f"2026-01-01T00:00:{number:02}.000Z",
        width=8,
        height=6,
        mpp_um=None,
        sample=False,
        picture_media_type="image/png",
    )
