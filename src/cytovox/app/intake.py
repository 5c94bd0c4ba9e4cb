"""From an upload to a queued case."""

import threading
from http import HTTPStatus

from cytovox.app.case_rows import now_utc
from cytovox.app.cases import NOTHING_SAID, Case, Origin, safe_name
from cytovox.app.guard import too_large
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings
from cytovox.app.store import NOBODY, CaseStore, new_case_id
from cytovox.domain.errors import CytovoxError, ImageFileError
from cytovox.domain.image import SmearImage
from cytovox.io.browser_picture import browser_picture
from cytovox.io.smear import open_smear_bytes

ACCEPTED_TYPES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp")
_SIGNATURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"BM",
)


class Intake:
    """Checks, reads and queues uploaded pictures.

    Args:
        settings: Limits.
        store: Where the case goes.
    """

    def __init__(self, settings: Settings, store: CaseStore) -> None:
        self._settings = settings
        self._store = store
        # One picture is decoded at a time, so that many uploads at once cannot add up in memory.
        self._decoding = threading.Lock()

    def accept(
        self,
        data: bytes,
        name: str | None,
        *,
        mpp_um: float | None,
        origin: Origin = NOTHING_SAID,
        sample: bool = False,
        actor: str = NOBODY,
    ) -> Case:
        """A new case, queued.

        Args:
            data: The file's bytes.
            name: Its name as the browser gave it.
            mpp_um: Micrometres per pixel as the user gave it, or None.
            origin: What is said of the picture.
            sample: Whether this is the shipped sample smear.
            actor: Who uploads it.

        Raises:
            ApiProblem: 413, 415, 422 for a picture that cannot be used, 503 when there is no room.
        """
        self._check_size(data)
        self._store.check_room()
        name = safe_name(name)
        with self._decoding:
            image = self._read(data, name, mpp_um)
            picture = browser_picture(data, image)
        case = Case(
            id=new_case_id(),
            name=name,
            created_utc=now_utc(),
            width=image.width,
            height=image.height,
            mpp_um=mpp_um,
            sample=sample,
            picture_media_type=picture.media_type,
            material=origin.material,
            subject=origin.subject,
            specimen=origin.specimen,
            tags=origin.tags,
        )
        return self._store.add(case, data, picture, actor=actor)

    def read(self, data: bytes, name: str | None, *, mpp_um: float | None) -> SmearImage:
        """An uploaded picture, opened; nothing is kept.

        Args:
            data: The file's bytes.
            name: Its name as the browser gave it.
            mpp_um: Micrometres per pixel as the user gave it, or None.

        Raises:
            ApiProblem: 413, 415, 422 for a picture that cannot be used.
        """
        self._check_size(data)
        with self._decoding:
            return self._read(data, safe_name(name), mpp_um)

    def _check_size(self, data: bytes) -> None:
        if len(data) > self._settings.upload_limit_bytes:
            raise too_large(self._settings.upload_limit_mb)

    def _read(self, data: bytes, name: str, mpp_um: float | None) -> SmearImage:
        try:
            image = open_smear_bytes(data, name, mpp_um=mpp_um)
        except ImageFileError as error:
            if data and not looks_like_picture(data):
                raise ApiProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_a_picture", str(error)) from error
            raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "picture_unreadable", str(error)) from error
        except CytovoxError as error:
            raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "unusable_input", str(error)) from error
        if image.width * image.height > self._settings.max_pixels:
            raise ApiProblem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "too_many_pixels",
                f"{name}: {image.width} × {image.height} pixels are more than the "
                f"{self._settings.max_pixels:,} this server takes. "
                "Crop or shrink the picture, or raise CYTOVOX_MAX_PIXELS.",
            )
        return image


def looks_like_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture format that Cytovox reads."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
