"""From an uploaded stack to a queued case."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from cytovox.app.case_rows import now_utc
from cytovox.app.cases import Case, CaseKind, safe_name
from cytovox.app.problems import ApiProblem
from cytovox.app.stack_request import LABELS, REQUEST, StackRequest
from cytovox.app.store import NOBODY, ORIGINAL, CaseStore, new_case_id
from cytovox.domain.errors import CytovoxError
from cytovox.domain.volume import Modality
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import SeriesEntry

STACK_TYPES = (".zip", ".nii", ".nii.gz", ".nrrd", ".dcm")
_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"NRRD")
_DICOM_MARK = slice(128, 132)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it comes in.

    Attributes:
        stream: Its bytes.
        name: Its name as the browser gave it.
    """

    stream: BinaryIO
    name: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of an upload.

    Attributes:
        series: Number of the scan to read, from 1; None for the largest.
        label_names: What names the labels of a label map: a table of `io.organ_names`, or None.
        modality: CT or MR, where the file does not say.
        spacing_mm: Distance of slices, rows and columns, where the files do not say.
        label_map: Number or name of a label map within the upload, or `io.study.WITHOUT`; None for the one
            that belongs to the scan.
    """

    series: int | None = None
    label_names: str | None = None
    modality: Modality | None = None
    spacing_mm: tuple[float, float, float] | None = None
    label_map: str | None = None


class VolumeIntake:
    """Checks, keeps and queues uploaded stacks.

    Args:
        store: Where the case goes.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store

    def accept_sample(self, *, actor: str = NOBODY) -> Case:
        """A new case of the sample stack with its organs, queued.

        Args:
            actor: Who asks for it.

        Raises:
            ApiProblem: 503 when there is no room.
        """
        # With the first sample: they would delay the first page.
        from cytovox.io.nifti_files import write_nifti  # noqa: PLC0415
        from cytovox.io.nifti_labels import write_label_nifti  # noqa: PLC0415
        from cytovox.synth.phantom import abdomen  # noqa: PLC0415

        self._store.check_room()
        volume, organs = abdomen()
        with tempfile.TemporaryDirectory(prefix="cytovox-") as scratch:
            stack, drawn = Path(scratch, f"{volume.source}.nii.gz"), Path(scratch, f"{organs.source}.nii.gz")
            write_nifti(volume, stack)
            write_label_nifti(organs, drawn)
            with stack.open("rb") as grey, drawn.open("rb") as labels:
                return self.accept(
                    UploadedFile(grey, stack.name),
                    UploadedFile(labels, drawn.name),
                    Wish(modality=volume.modality),
                    sample=True,
                    actor=actor,
                )

    def accept(
        self,
        stack: UploadedFile,
        labels: UploadedFile | None,
        wish: Wish,
        *,
        sample: bool = False,
        actor: str = NOBODY,
    ) -> Case:
        """A new case, queued.

        Args:
            stack: A ZIP archive, or one file.
            labels: A label map of it, or None for the models.
            wish: What of it is wanted.
            sample: Whether it is the sample stack.
            actor: Who uploads it.

        Raises:
            ApiProblem: 415 or 422 for files that cannot be used, 503 when there is no room.
        """
        self._store.check_room()
        with tempfile.TemporaryDirectory(prefix="cytovox-") as scratch:
            folder = Path(scratch)
            path = _written(stack, folder)
            labels_name = None if labels is None else safe_name(labels.name)
            request = self._request(path, wish, labels_name)
            contents: dict[str, bytes | Path] = {ORIGINAL: path, REQUEST: request.to_json()}
            if labels is not None:
                (folder / LABELS).mkdir()
                contents[LABELS] = _written(labels, folder / LABELS)
            case = replace(_case(path.name, request.taken), sample=sample)
            return self._store.add_with_files(case, contents, actor=actor)

    def another(
        self, case_id: str, series: int, label_map: str | None = None, *, actor: str = NOBODY
    ) -> Case:
        """A new case of a scan of the same upload, with a label map of it or read by the models.

        Args:
            case_id: A case of the upload.
            series: Number of the scan.
            label_map: As of `Wish`.
            actor: Who asks for it.

        Raises:
            ApiProblem: 404 without such a stack, 422 when there is no such scan or it is no stack.
        """
        before = self._store.get(case_id)
        request = StackRequest.from_json(self._store.read(case_id, REQUEST))
        _check_series(request.entries, series, before.name)
        # Names that were given for a label map of its own are not those of another one.
        names = request.label_names if request.labels_name is None else None
        fresh = replace(request, series=series, labels_name=None, label_names=names, label_map=label_map)
        case = _case(before.name, fresh.taken)
        shared = {ORIGINAL: self._store.digest(case_id, ORIGINAL)}
        return self._store.add_with_files(case, {REQUEST: fresh.to_json()}, shared=shared, actor=actor)

    def _request(self, path: Path, wish: Wish, labels_name: str | None) -> StackRequest:
        # With the first stack: the libraries that read them would delay the first page by a second.
        from cytovox.io.study import list_study  # noqa: PLC0415

        _check_kind(path)
        options = ReadingOptions(modality=wish.modality, spacing_mm=wish.spacing_mm)
        try:
            found = list_study(path, options=options)
        except CytovoxError as error:
            raise _unusable(_without_folder(error, path)) from error
        preferred = next(entry.number for entry in found.scans if entry.preferred)
        series = preferred if wish.series is None else wish.series
        _check_series(found.scans, series, path.name)
        return StackRequest(
            series,
            found.scans,
            labels_name,
            wish.label_names,
            wish.modality,
            wish.spacing_mm,
            found.labels,
            wish.label_map,
        )


def _case(name: str, taken: SeriesEntry) -> Case:
    _, rows, columns = taken.shape
    return Case(
        id=new_case_id(),
        name=name,
        created_utc=now_utc(),
        width=columns,
        height=rows,
        mpp_um=None,
        sample=False,
        picture_media_type="image/jpeg",
        kind=CaseKind.VOLUME,
    )


def _written(file: UploadedFile, folder: Path) -> Path:
    path = folder / safe_name(file.name)
    with path.open("xb") as kept:
        shutil.copyfileobj(file.stream, kept, 1 << 20)
    return path


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(_DICOM_MARK.stop)
    known = start.startswith(_STARTS) or start[_DICOM_MARK] == b"DICM"
    if not known and not path.name.lower().endswith(STACK_TYPES):
        raise ApiProblem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_a_stack",
            f"{path.name}: expected a ZIP archive of DICOM files or slices, a NIfTI or NRRD file, or one "
            "DICOM file.",
        )


def _check_series(entries: Sequence[SeriesEntry], series: int, name: str) -> None:
    if not 1 <= series <= len(entries):
        raise _unusable(f"{name}: expected a series from 1 to {len(entries)}, got {series}")
    if reason := entries[series - 1].unsuitable:
        raise _unusable(f"{name}: {reason}")


def _without_folder(error: CytovoxError, path: Path) -> str:
    return str(error).replace(f"{path.parent}/", "")


def _unusable(message: str) -> ApiProblem:
    return ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "stack_unusable", message)
