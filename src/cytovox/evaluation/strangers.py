"""Pictures that a classifier of white cells should refuse to name, and true cells to hold against them.

Every family is of validation folds, of sets never trained on, or made here. Of each a fixed sample is taken.
"""

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cytovox.analysis.classify import working_scale
from cytovox.domain.errors import ImageFileError
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.domain.reference_sizes import RED_CELL_DIAMETER_UM
from cytovox.evaluation.cell_naming import cell_view, window
from cytovox.evaluation.labelled_sets import LabelledCell, LabelledSet, standing_sets
from cytovox.evaluation.robustness import balanced_sample
from cytovox.imaging import corruption
from cytovox.imaging.resample import crop_square
from cytovox.io.cell_pictures import NO_CELL, CellPictureSource, ground_places, read_cell_pictures
from cytovox.io.labelled_fields import read_boxes
from cytovox.io.smear import open_smear

SAMPLE = 120
_SEED = 0
_PHOTOGRAPHS = {
    "skimage": ("data", ("astronaut.png", "brick.png", "camera.png", "chelsea.png", "clock_motion.png",
                         "coffee.png", "coins.png", "grass.png", "gravel.png", "horse.png",
                         "hubble_deep_field.jpg", "moon.png", "motorcycle_left.png", "page.png", "retina.jpg",
                         "rocket.jpg", "text.png")),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
    "matplotlib": ("mpl-data/sample_data", ("grace_hopper.jpg",)),
}  # fmt: skip
_TILE_PX = 160


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one kind.

    Attributes:
        name: What they are.
        true_cells: Whether they are cells of the classifier's classes.
        trained_on: Whether the shipped networks saw pictures of that kind, others than these, as strangers.
        note: Where they come from.
        pictures: The thing in the middle of each.
        groups: Pictures of one field or file share it.
    """

    name: str
    true_cells: bool
    trained_on: bool
    note: str
    pictures: tuple[SmearImage, ...]
    groups: tuple[str, ...]


def families_of(data_root: Path, taxonomy: str, *, sample: int = SAMPLE) -> list[Family]:
    """True cells first, those at home before others; then every family of strangers that can be had here.

    Args:
        data_root: Data folder.
        taxonomy: Of the classifier: which sets hold its true cells.
        sample: Largest number of pictures a family.

    Raises:
        TrainingDataError: The folder holds none of the standing sets.
    """
    sets = standing_sets(data_root, taxonomy)
    found = [_true_cells(s, sample) for s in sets]
    found += _red_cells(data_root, sample)
    found += _ground(data_root, sample)
    found += _single_red_cells(data_root, sample)
    found += [_other_stain(sets[0], sample), *_real_slides(data_root, sample), *_real_immunostain()]
    found += [_photographs(sample), *_slices(data_root, sample), _textures(sample)]
    return [family for family in found if family.pictures]


def _family(
    name: str,
    note: str,
    pictures: Iterable[tuple[SmearImage, str]],
    *,
    true_cells: bool = False,
    trained_on: bool = False,
) -> Family:
    both = list(pictures)
    return Family(name, true_cells, trained_on, note, tuple(p for p, _ in both), tuple(g for _, g in both))


def _true_cells(labelled: LabelledSet, sample: int) -> Family:
    cells = balanced_sample(
        [c for c in labelled.cells if c.label != "not_identifiable"], 3 * sample, seed=_SEED
    )
    pictures = ((cell_view(cell), cell.group) for cell in cells)
    return _family(f"cells of {labelled.name}", labelled.note, pictures, true_cells=True)


def _red_cells(data_root: Path, sample: int) -> Iterator[Family]:
    for folder, where, note in (
        ("detection/bccd", {}, "Boxes of red cells; validation fields."),
        ("detection/txl", {"origin": "raabin"}, "Boxes of red cells of another camera; validation fields."),
    ):
        cells = _boxed(data_root / folder, where, "RBC")
        yield _family(f"red cells of {folder}", note, _in_fields(_few(cells, sample)), trained_on=True)


def _ground(data_root: Path, sample: int) -> Iterator[Family]:
    index = data_root / "detection/bccd/index.csv"
    if not index.is_file():
        return
    by_image = read_boxes(index.with_name("boxes.csv"))
    fields = sorted({c.path for c in _boxed(index.parent, {}, "RBC")})
    places = [
        LabelledCell(path, NO_CELL, path.name, place)
        for path in fields
        for place in _empty_places(path.name, by_image[path.name])
    ]
    note = "Places of validation fields in no box at all: plasma, and red cells that no one boxed."
    yield _family("empty ground", note, _in_fields(_few(places, sample)), trained_on=True)
    edges = (
        (crop, path.name)
        for path in fields[: max(1, sample // 4)]
        for crop in _border_pieces(open_smear(path), by_image[path.name])
    )
    yield _family(
        "border pieces", "Corners of validation fields, half of the window beyond the picture.", edges
    )


def _empty_places(name: str, boxes: Sequence[tuple[tuple[float, ...], str]]) -> Iterator[tuple[float, float]]:
    for x, y in ground_places(name, boxes):
        if not any(b[0] < x < b[2] and b[1] < y < b[3] for b, _ in boxes):
            yield x, y


def _border_pieces(image: SmearImage, boxes: Sequence[tuple[tuple[float, ...], str]]) -> Iterator[SmearImage]:
    scale = working_scale(image)
    for x, y in ((0, 0), (image.width, 0), (0, image.height), (image.width, image.height)):
        near = 8.0 / scale
        if not any(
            label.upper() != "RBC" and b[0] - near < x < b[2] + near and b[1] - near < y < b[3] + near
            for b, label in boxes
        ):
            yield window(image, (float(x), float(y)), scale)


def _single_red_cells(data_root: Path, sample: int) -> Iterator[Family]:
    for name, trained in (("nih", True), ("plymouth", False)):
        index = data_root / "malaria" / name / "index.csv"
        if index.is_file():
            source = CellPictureSource(index, "label", labels={"parasitized": NO_CELL, "uninfected": NO_CELL})
            cells = [
                LabelledCell(p.path, p.label, p.group)
                for p in read_cell_pictures(source, (), "val", taxonomy="")
            ]
            pictures = ((_filling(open_smear(c.path)), c.group) for c in _few(cells, sample))
            note = "Single red cells, parasitised or not; validation slides."
            yield _family(f"red cells of malaria/{name}", note, pictures, trained_on=trained)


def _filling(image: SmearImage) -> SmearImage:
    """A picture that a red cell fills: its scale is that of the cell."""
    return SmearImage(image.pixels, RED_CELL_DIAMETER_UM / max(image.height, image.width), image.source)


def _other_stain(labelled: LabelledSet, sample: int) -> Family:
    cells = balanced_sample(labelled.cells, sample, seed=_SEED + 1)
    views = [(cell_view(cell), cell.group) for cell in cells]
    # The scale is the unchanged picture's: only the stain is another one.
    known = [(replace(v, mpp_um=working_scale(v), scale_origin=None), group) for v, group in views]
    stained = ((replace(v, pixels=corruption.immunostain(v.pixels)), group) for v, group in known)
    return _family("cells in brown and blue", f"{labelled.name} recoloured as haematoxylin and DAB.", stained)


def _real_slides(data_root: Path, sample: int) -> Iterator[Family]:
    path = data_root / "formats/wsi/cmu_crop_pyramid.tiff"
    if path.is_file():
        slide = open_smear(path)
        places = np.random.default_rng(_SEED).uniform(60, min(slide.width, slide.height) - 60, (sample, 2))
        # 0.499 um per pixel by the slide that it was cut from.
        tiles = (
            (window(slide, (float(x), float(y)), 0.499), f"{int(x) // 256} {int(y) // 256}")
            for x, y in places
        )
        yield _family("tissue in haematoxylin and eosin", "A real slide of tissue.", tiles)


def _real_immunostain() -> Iterator[Family]:
    path = _installed("skimage", "data", "ihc.png")
    if path is not None:
        tiles = ((tile, f"{i}") for i, tile in enumerate(_tiles(open_smear(path), 30, 0.3)))
        yield _family("tissue in an immunostain", "The immunohistochemistry picture of scikit-image.", tiles)


def _photographs(sample: int) -> Family:
    paths = [
        path
        for package, (folder, names) in _PHOTOGRAPHS.items()
        for name in names
        if (path := _installed(package, folder, name)) is not None
    ]
    each = max(1, sample // max(len(paths), 1))
    tiles = ((tile, path.name) for path in paths for tile in _tiles(open_smear(path), each, None))
    return _family(
        "photographs", "Parts of the sample pictures of scikit-image, scikit-learn, matplotlib.", tiles
    )


def _slices(data_root: Path, sample: int) -> Iterator[Family]:
    folder = data_root / "volumes/uw_madison/upscaled_512/images"
    if folder.is_dir():
        paths = sorted(folder.glob("*.png"))
        each = max(1, sample // max(len(paths), 1))
        tiles = ((tile, path.name) for path in paths for tile in _tiles(open_smear(path), each, None))
        yield _family("slices of magnetic resonance", "Parts of abdominal slices.", tiles)


def _textures(sample: int) -> Family:
    random = np.random.default_rng(_SEED)
    return _family("textures", "Noise of several grains, gradients and stripes, made here.", (
        (SmearImage(_texture(random, i), 0.2, f"texture {i}"), str(i)) for i in range(sample)
    ))  # fmt: skip


def _texture(random: np.random.Generator, kind: int) -> RgbPixels:
    y, x = np.mgrid[0:_TILE_PX, 0:_TILE_PX] / _TILE_PX
    low, high = np.sort(random.uniform(0, 255, (2, 3)), axis=0)
    match kind % 4:
        case 0:
            cells = int(random.integers(4, 40))
            coarse = random.uniform(0, 255, (cells, cells, 3)).astype(np.uint8)
            return crop_square(coarse, (cells / 2, cells / 2), float(cells), _TILE_PX)
        case 1:
            share = x * random.uniform(-1, 1) + y * random.uniform(-1, 1)
        case 2:
            share = 0.5 + 0.5 * np.sin(2 * np.pi * random.uniform(2, 20) * (x + random.uniform(-1, 1) * y))
        case _:
            share = np.zeros_like(x)
    share = (share - share.min()) / max(np.ptp(share), 1e-9)
    return np.asarray(low + share[..., None] * (high - low), np.uint8)


def _tiles(image: SmearImage, number: int, um_per_px: float | None) -> list[SmearImage]:
    """Square parts of a picture at random places, a quarter to the whole of its shorter side wide."""
    seed = int(hashlib.sha256(image.source.encode()).hexdigest()[:8], 16)
    random = np.random.default_rng(seed)
    tiles = []
    for _ in range(number):
        side = random.uniform(0.25, 1.0) * min(image.width, image.height)
        place = [random.uniform(side / 2, length - side / 2) for length in (image.width, image.height)]
        pixels = crop_square(image.pixels, (place[0], place[1]), side, min(round(side), _TILE_PX * 2))
        scale = None if um_per_px is None else um_per_px * side / pixels.shape[0]
        tiles.append(SmearImage(pixels, scale, image.source))
    return tiles


def _installed(package: str, folder: str, name: str) -> Path | None:
    """A file that another installed library carries, or None; the library itself is not imported."""
    spec = importlib.util.find_spec(package)
    for root in spec.submodule_search_locations or () if spec else ():
        if (path := Path(root) / folder / name).is_file():
            return path
    return None


def _boxed(folder: Path, where: dict[str, str], box: str) -> list[LabelledCell]:
    source = CellPictureSource(
        folder / "index.csv", "", labels={box: NO_CELL}, where=where, boxes="boxes.csv", cell_box=box
    )
    if not source.index.is_file():
        return []
    pictures = read_cell_pictures(source, (), "val", taxonomy="")
    return [LabelledCell(p.path, p.label, p.path.name, p.centre_xy) for p in pictures]


def _few(cells: Sequence[LabelledCell], sample: int) -> list[LabelledCell]:
    chosen = np.random.default_rng(_SEED).permutation(len(cells))[:sample]
    return [cells[i] for i in sorted(chosen)]


def _in_fields(cells: Iterable[LabelledCell]) -> Iterator[tuple[SmearImage, str]]:
    scales: dict[Path, float] = {}
    for cell in cells:
        try:
            field = open_smear(cell.path)
        except ImageFileError:
            continue
        if cell.path not in scales:
            scales[cell.path] = working_scale(field)
        yield window(field, cell.centre_xy or (0.0, 0.0), scales[cell.path]), cell.group
