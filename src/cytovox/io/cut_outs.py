"""The pictures of the data folder that single cells are cut from, all copies of one in one split."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.io.index_csv import read_index
from cytovox.io.labelled_fields import read_boxes

LONE, MIDDLE, BLACK_OUTSIDE, MASKED = "lone cells", "middle cell", "black outside", "masked"
"""How the cells of a picture are found: each region clear of others, the region in the middle, what is not
black, or by a mask beside it."""


@dataclass(frozen=True, slots=True)
class CutOutPicture:
    """One picture to cut cells from.

    Attributes:
        path: The file.
        source: Data set.
        key: Name of the original picture, the same for all copies.
        group: Patient, field or picture: what stands whole in one split.
        split: "train", "val" or "test".
        label: Key of the blood taxonomy of the cells wanted.
        um_per_px: Micrometres per pixel.
        finding: One of the ways above.
        mask: Mask file (0 outside, 1 cytoplasm, 2 nucleus), or None.
        boxes: Boxes of red cells, shape (n, 4), where they are known; a cell cut out must fill one of them.
    """

    path: Path
    source: str
    key: str
    group: str
    split: str
    label: str
    um_per_px: float
    finding: str
    mask: Path | None = None
    boxes: FloatArray | None = None


LICENCES: Mapping[str, str] = {
    "cells/pbc": "CC BY 4.0",
    "detection/bccd": "MIT",
    "detection/txl": "MIT; Raabin-WBC as published by its authors",
    "malaria/nih": "public domain",
    "malaria/plymouth": "MIT",
    "wbc_masks/bccd": "MIT",
    "wbc_masks/cellavision": "GPL-3.0 upstream",
    "wbc_masks/jtsc": "GPL-3.0 upstream",
}
"""Licence of each source as the data folder's README states it."""

_UM_PER_PX = {
    "cells/pbc": 0.154,
    "detection/bccd": 0.079,
    "txl/raabin": 0.0605,
    "malaria/nih": 0.062,
    "malaria/plymouth": 0.1,
    "wbc_masks/bccd": 0.079,
    "wbc_masks/cellavision": 0.105,
    "wbc_masks/jtsc": 0.173,
}
"""No source states a scale: these make the mean red cell 7.5 um wide (malaria/nih and malaria/plymouth: as
wide as cells infected by P. falciparum and their neighbours are)."""

_WHITE_TYPES = ("basophil", "eosinophil", "lymphocyte", "monocyte", "neutrophil")
_SAME_FIELD = {"BloodImage_00038": "BloodImage_00037"}
"""Two pictures of one field that the data set's own lists divide."""


def cut_out_pictures(data_root: Path, split: str) -> list[CutOutPicture]:
    """All pictures of one split, in an order that says nothing: by the hash of their names.

    A picture, or patient, that any of the data sets keeps for validation is in "val" or "test", half each.

    Args:
        data_root: The data folder.
        split: "train", "val" or "test".

    Raises:
        TrainingDataError: An index is missing, or there is no such split.
    """
    if split not in ("train", "val", "test"):
        raise TrainingDataError(f"split: expected train, val or test, got '{split}'")
    listed = [picture for read in _READERS for picture in read(data_root)]
    chosen = [picture for picture in _settled(listed) if picture.split == split and picture.label]
    return sorted(chosen, key=lambda picture: _hash(f"{picture.source}/{picture.label}/{picture.path.name}"))


def read_picture(path: Path) -> RgbPixels:
    """RGB pixels (H, W, 3) of a data set's picture.

    Raises:
        TrainingDataError: The file is no picture.
    """
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"), np.uint8)
    except (OSError, UnidentifiedImageError) as error:
        raise TrainingDataError(f"{path}: expected a picture, could not decode it") from error


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Mask (H, W) of a white cell: 0 outside, 1 cytoplasm, 2 nucleus.

    Raises:
        TrainingDataError: The file is no picture.
    """
    try:
        with Image.open(path) as image:
            mask = np.asarray(image, np.uint8)
    except (OSError, UnidentifiedImageError) as error:
        raise TrainingDataError(f"{path}: expected a mask picture, could not decode it") from error
    return mask if mask.ndim == 2 else np.asarray(mask[..., 0])


def _settled(pictures: Iterable[CutOutPicture]) -> Iterator[CutOutPicture]:
    listed = list(pictures)
    held: defaultdict[str, bool] = defaultdict(bool)
    for picture in listed:
        held[picture.group] |= picture.split != "train"
    for picture in listed:
        group = picture.group
        split = ("val" if int(_hash(group)[:8], 16) % 2 else "test") if held[group] else "train"
        yield replace(picture, split=split)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _pbc(root: Path) -> Iterator[CutOutPicture]:
    folder = root / "cells" / "pbc"
    for row in read_index(folder / "index.csv"):
        key = Path(row["source_file"]).stem
        picture = CutOutPicture(
            path=folder / row["file"],
            source="cells/pbc",
            key=key,
            group=_field_group(key),
            split=row["split"],
            label=row["label8"],
            um_per_px=_UM_PER_PX["cells/pbc"],
            finding=MIDDLE,
        )
        if row["label8"] in (*_WHITE_TYPES, "platelet"):
            yield picture
        if row["label8"] == "platelet":  # shows mostly red cells
            yield replace(picture, label="red_cell", finding=LONE)


def _detection(root: Path) -> Iterator[CutOutPicture]:
    for name in ("bccd", "txl"):
        folder = root / "detection" / name
        boxes = read_boxes(folder / "boxes.csv")
        for row in read_index(folder / "index.csv"):
            # Copies of 416 px are squeezed and recoloured; those of cells/pbc are cut from cells/pbc itself.
            origin = row.get("origin", "bccd")
            if (name == "txl" and origin != "raabin") or origin == "bccd_416":
                yield from _kept_apart(folder, row)
                continue
            path = folder / row["file"]
            red = [box for box, label in boxes.get(path.name, []) if label == "RBC"]
            yield CutOutPicture(
                path=path,
                source=f"detection/{name}",
                key=path.stem,
                group=_field_group(Path(row.get("origin_image") or path.name).stem),
                split=row["split"],
                label="red_cell",
                um_per_px=_UM_PER_PX["detection/bccd" if name == "bccd" else "txl/raabin"],
                finding=LONE,
                boxes=np.array(red, np.float32).reshape(-1, 4),
            )


def _kept_apart(folder: Path, row: Mapping[str, str]) -> Iterator[CutOutPicture]:
    """A copy that no cell is cut from, but whose split counts for its original."""
    if row["origin_image"]:
        key = Path(row["origin_image"]).stem
        yield CutOutPicture(
            folder / row["file"], "detection/txl", key, _field_group(key), row["split"], "", 1.0, LONE
        )


def _masked(root: Path) -> Iterator[CutOutPicture]:
    folder = root / "wbc_masks"
    types = {
        row["image"]: row["types"]
        for row in read_index(root / "detection" / "bccd" / "white_cell_types.csv")
        if row["types"] in _WHITE_TYPES
    }
    for row in read_index(folder / "index.csv"):
        path = (folder / row["file"]).resolve()
        label = row["cell_type"] or types.get(path.name, "")
        source = f"wbc_masks/{row['subset']}"
        if label:
            key = path.stem if row["subset"] == "bccd" else f"{row['subset']}/{path.stem}"
            yield CutOutPicture(
                path=path,
                source=source,
                key=key,
                group=_field_group(key),
                split=row["split"],
                label=label,
                um_per_px=_UM_PER_PX[source],
                finding=MASKED,
                mask=folder / row["mask"],
            )


def _malaria(root: Path) -> Iterator[CutOutPicture]:
    for name, group in (("nih", "group"), ("plymouth", "field")):
        folder = root / "malaria" / name
        source = f"malaria/{name}"
        for row in read_index(folder / "index.csv"):
            path = folder / row["file"]
            yield CutOutPicture(
                path=path,
                source=source,
                key=path.stem,
                group=f"{source}/{row[group]}",
                split=row["split"],
                label="infected_red_cell" if row["label"] == "parasitized" else "red_cell",
                um_per_px=_UM_PER_PX[source],
                finding=BLACK_OUTSIDE if name == "nih" else MIDDLE,
            )


def _field_group(key: str) -> str:
    return _SAME_FIELD.get(key, key)


_READERS = (_pbc, _detection, _masked, _malaria)
