"""NRRD files as stacks (http://teem.sourceforge.net/nrrd/format.html), in one file or with data beside them.

Attached or detached raw, gzip, bzip2 and text data. Nothing is read but the header file and one data file in
the same folder, and no more bytes than the sizes in the header ask for.
"""

import bz2
import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, cast

import nrrd
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.volume import Float64Array, Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.grey_values import guessed_modality, tidy, unplaced
from cytovox.io.quiet_decoding import quiet_decoding
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan
from cytovox.io.standard_order import grid_in_standard_order, in_standard_order, reordered, slices_first

SUFFIXES = (".nrrd", ".nhdr")
_ENCODINGS = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2"}
_LONGEST_NUMBER = 32
_AT_ONCE = 1_000_000
_AS_TEXT = {"txt", "text", "ascii"}
# Sense of a space's axes against LPS. Spaces that name no patient are taken as LPS, with a warning.
_TO_LPS = {
    "left-posterior-superior": (1, 1, 1), "lps": (1, 1, 1),
    "right-anterior-superior": (-1, -1, 1), "ras": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1), "las": (1, -1, 1),
}  # fmt: skip
_NUMBERS = {
    "signed char": "i1", "int8": "i1", "int8_t": "i1",
    "uchar": "u1", "unsigned char": "u1", "uint8": "u1", "uint8_t": "u1",
    "short": "i2", "short int": "i2", "signed short": "i2", "signed short int": "i2",
    "int16": "i2", "int16_t": "i2",
    "ushort": "u2", "unsigned short": "u2", "unsigned short int": "u2", "uint16": "u2", "uint16_t": "u2",
    "int": "i4", "signed int": "i4", "int32": "i4", "int32_t": "i4",
    "uint": "u4", "unsigned int": "u4", "uint32": "u4", "uint32_t": "u4",
    "longlong": "i8", "long long": "i8", "int64": "i8", "int64_t": "i8",
    "ulonglong": "u8", "unsigned long long": "u8", "uint64": "u8", "uint64_t": "u8",
    "float": "f4", "double": "f8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NrrdHeader:
    """What a header says.

    Attributes:
        fields: All fields and key/value pairs, as pynrrd reads them.
        data_start: Where attached data begin in the file, bytes.
        sizes: Length of each axis, fastest first.
        spatial: Which three axes lie in space, fastest first.
        affine: From indices along the three spatial axes to LPS, mm.
        placed: Whether the file says where its voxels lie in the patient.
    """

    fields: Mapping[str, Any]
    data_start: int
    sizes: tuple[int, ...]
    spatial: tuple[int, int, int]
    affine: Float64Array
    placed: bool

    @property
    def count(self) -> int:
        """How many volumes the file holds."""
        return int(np.prod([size for axis, size in enumerate(self.sizes) if axis not in self.spatial]))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Length of the spatial axes."""
        first, second, third = (self.sizes[axis] for axis in self.spatial)
        return first, second, third


def nrrd_scans(file: ChosenFile, options: ReadingOptions) -> list[Scan]:
    """The volumes in a file: one, or several where an axis of it does not lie in space.

    Raises:
        ImageFileError: The header is damaged or describes no stack of grey values.
    """
    header = read_nrrd_header(file)
    slices, rows, columns = (header.shape[axis] for axis in slices_first(header.affine))
    stem = file.path.stem
    return [
        Scan(
            stem if header.count == 1 else f"{stem}, volume {at + 1} of {header.count}",
            options.modality or Modality.OTHER,
            (slices, rows, columns),
            partial(_load, file, at, options),
            key=file.name,
            grid=partial(nrrd_grid, file),
        )
        for at in range(header.count)
    ]


def nrrd_grid(file: ChosenFile) -> VolumeGrid:
    """Where the voxels of a file lie once it is read, from its header alone.

    Raises:
        ImageFileError: The header is damaged or describes no stack of grey values.
    """
    header = read_nrrd_header(file)
    axes = slices_first(header.affine)
    slices, rows, columns = (header.shape[axis] for axis in axes)
    return grid_in_standard_order((slices, rows, columns), reordered(header.affine, axes))


def _load(file: ChosenFile, at: int, options: ReadingOptions) -> Volume:
    header = read_nrrd_header(file)
    volumes, grid = read_nrrd(file, header, options)
    grey, odd = tidy(volumes[at])
    modality, guesses = guessed_modality(grey, options.modality)
    place = () if header.placed else (unplaced(),)
    return Volume(grey, grid, modality, file.path.name, warnings=(*odd, *place, *guesses))


def read_nrrd_header(file: ChosenFile) -> NrrdHeader:
    """What a header says.

    Raises:
        ImageFileError: The header is damaged or describes no stack.
    """
    with quiet_decoding(), file.open() as stream:
        try:
            fields = nrrd.read_header(cast(Any, stream))
            sizes = tuple(int(size) for size in fields["sizes"])
            data_start = stream.tell()
        except (nrrd.NRRDError, ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
            raise _damaged(file) from error
    directions = _directions(fields, len(sizes), file)
    spatial = [axis for axis, direction in enumerate(directions) if np.isfinite(direction).all()]
    if len(spatial) != 3 or min(sizes) < 1:
        raise ImageFileError(file.name, f"expected three axes in space, found {len(spatial)} of {sizes}")
    space = str(fields.get("space", "")).lower()
    affine = np.eye(4)
    affine[:3, :3] = np.stack([directions[axis] for axis in spatial], axis=1)
    affine[:3, 3] = _origin(fields)
    affine[:3] *= np.array(_TO_LPS.get(space, (1, 1, 1)), np.float64)[:, None]
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        raise ImageFileError(file.name, "its header gives voxels without a size (space directions)")
    return NrrdHeader(
        fields, data_start, sizes, (spatial[0], spatial[1], spatial[2]), affine, space in _TO_LPS
    )


def read_nrrd(
    file: ChosenFile, header: NrrdHeader, options: ReadingOptions
) -> tuple[list[NDArray[Any]], VolumeGrid]:
    """All volumes of a file in standard order, and their grid.

    Raises:
        ImageFileError: The data are damaged, missing, too large or stored in a way that is not read.
    """
    options.check_voxels(header.sizes, file.name)
    values = _values(file, header).reshape(header.sizes, order="F")
    others = [axis for axis in range(len(header.sizes)) if axis not in header.spatial]
    stacks = values.transpose([*others, *header.spatial]).reshape(-1, *header.shape)
    axes = slices_first(header.affine)
    ordered = [in_standard_order(stack.transpose(axes), reordered(header.affine, axes)) for stack in stacks]
    shape = ordered[0][0].shape
    grid = VolumeGrid((shape[0], shape[1], shape[2]), ordered[0][1])
    return [voxels for voxels, _ in ordered], grid


def _directions(fields: Mapping[str, Any], axes: int, file: ChosenFile) -> list[Float64Array]:
    nowhere = np.full(3, np.nan)
    if (given := fields.get("space directions")) is not None:
        rows = [nowhere if row is None else np.asarray(row, np.float64) for row in given]
        if len(rows) != axes or any(row.shape != (3,) for row in rows):
            raise _damaged(file)
        return rows
    spacings = np.asarray(fields.get("spacings", np.ones(axes)), np.float64)
    if spacings.shape != (axes,) or axes != 3:
        raise ImageFileError(file.name, f"expected three axes in space, found {axes} and no space directions")
    return list(np.diag(np.where(spacings > 0, spacings, 1.0)))


def _origin(fields: Mapping[str, Any]) -> Float64Array:
    origin = np.asarray(fields.get("space origin", np.zeros(3)), np.float64)
    return origin if origin.shape == (3,) else np.zeros(3)


def _values(file: ChosenFile, header: NrrdHeader) -> NDArray[Any]:
    kind = _NUMBERS.get(str(header.fields.get("type", "")).lower())
    if kind is None:
        raise ImageFileError(
            file.name, f"expected whole or real numbers, found type {header.fields.get('type')}"
        )
    count = int(np.prod(header.sizes, dtype=np.int64))
    encoding = str(header.fields.get("encoding", "")).lower()
    try:
        with quiet_decoding(), _data_stream(file, header) as stream:
            if encoding in _AS_TEXT:
                return (
                    np.array(stream.read(count * 32).split()[:count], np.float64).reshape(count).astype(kind)
                )
            order = ">" if header.fields.get("endian", "little") == "big" else "<"
            stored = np.dtype(order + kind)
            data = _unpacked(stream, encoding, header, count * stored.itemsize, file)
            return np.frombuffer(data, stored, count).astype(kind, copy=False)
    except ImageFileError:
        raise
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise ImageFileError(
            file.name, "its data are damaged or shorter than the header says; export it again"
        ) from error


def _data_stream(file: ChosenFile, header: NrrdHeader) -> BinaryIO:
    named = header.fields.get("data file", header.fields.get("datafile"))
    if named is None:
        stream = file.open()
        stream.seek(header.data_start)
    else:
        beside = file.beside(str(named))
        if beside is None:
            raise ImageFileError(
                file.name,
                "expected its data as one file in the folder of the header; put both into one folder "
                "and choose the header, or save the stack as one .nrrd file",
            )
        stream = beside.open()
    for _ in range(_skip(header, "line skip", "lineskip")):
        stream.readline()
    return stream


def _unpacked(stream: BinaryIO, encoding: str, header: NrrdHeader, size: int, file: ChosenFile) -> bytes:
    skip = _skip(header, "byte skip", "byteskip")
    how = _ENCODINGS.get(encoding)
    if how is None:
        raise ImageFileError(file.name, f"expected raw, gzip, bzip2 or text data, found {encoding or 'none'}")
    if how == "raw" and skip == -1:
        stream.seek(-size, io.SEEK_END)
        return stream.read(size)
    source = stream
    if how == "gzip":
        source = cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    elif how == "bzip2":
        source = cast(BinaryIO, bz2.BZ2File(stream))
    while skip > 0 and (passed := len(source.read(min(skip, _AT_ONCE)))):
        skip -= passed
    return source.read(size)


def _skip(header: NrrdHeader, *names: str) -> int:
    return int(next((header.fields[name] for name in names if name in header.fields), 0))


def _damaged(file: ChosenFile) -> ImageFileError:
    return ImageFileError(file.name, "the NRRD header is damaged or incomplete; export the stack again")
