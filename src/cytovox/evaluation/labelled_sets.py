"""The labelled sets that the shipped classifiers are measured on, as they lie in the data folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.label_levels import Level
from cytovox.io.cell_pictures import CellPictureSource, read_cell_pictures

INTERNAL, EXTERNAL = "internal", "external"
"""Held-out pictures of a source that shipped networks were trained on; a source that none ever saw."""

_SEEN = (
    "Validation fold: other pictures of the source were trained on, and choices were made with it in view."
)
_UNSEEN = "External: never trained on."
_ERYTHROBLASTS = {f"erythroblast_{kind}": "erythroblast" for kind in
                  ("basophilic", "polychromatic", "orthochromatic")}  # fmt: skip
# Shows the same field as a training picture (the data folder's own note).
_SAME_FIELD_IN_TRAINING = "BloodImage_00037.jpg"


@dataclass(frozen=True, slots=True)
class LabelledCell:
    """A picture of a cell whose class is known.

    Attributes:
        path: The picture.
        label: Class key; may be a broader class than the network's own.
        group: Pictures of one cell, patient or slide share it.
        centre_xy: Where the cell is (x, y) in pixels; None for the picture's middle.
    """

    path: Path
    label: str
    group: str
    centre_xy: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One way of scoring a set.

    Attributes:
        suffix: Added to the set's name.
        level: At which level.
        leave_out: Labels whose cells are not scored.
    """

    suffix: str = ""
    level: Level = Level.FINE
    leave_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Pictures to measure on.

    Attributes:
        name: Folder and split, as in the data folder.
        role: INTERNAL or EXTERNAL.
        cells: The pictures.
        views: How it is scored.
        note: What kind of set it is, in words.
        um_per_px: Scale of all pictures where the user knows it; None to take it from each picture.
        fields: Whether the pictures are fields, so that the cells can be found as well as named.
    """

    name: str
    role: str
    cells: tuple[LabelledCell, ...]
    views: tuple[View, ...] = (View(),)
    note: str = ""
    um_per_px: float | None = None
    fields: bool = False


def standing_sets(data_root: Path, taxonomy: str) -> list[LabelledSet]:
    """The sets of a data folder that a classifier of this taxonomy is measured on, those at home first.

    Args:
        data_root: Data folder.
        taxonomy: "blood" or "marrow".

    Raises:
        TrainingDataError: None of them is there, or there are no standing sets for the taxonomy.
    """
    if taxonomy not in _PLANS:
        raise TrainingDataError(
            f"taxonomy '{taxonomy}': standing sets are for {', '.join(_PLANS)}; give labelled pictures"
        )
    plans = [plan for plan in _PLANS[taxonomy] if (data_root / plan.index).is_file()]
    if not plans:
        expected = ", ".join(dict.fromkeys(plan.name.split()[0] for plan in _PLANS[taxonomy]))
        raise TrainingDataError(f"{data_root}: expected some of {expected} there, found none")
    return [_read(plan, data_root, taxonomy) for plan in plans]


@dataclass(frozen=True, slots=True)
class _Plan:
    name: str
    index: str
    source: Mapping[str, object]
    split: str | None = "val"
    role: str = INTERNAL
    views: tuple[View, ...] = (View(),)
    fields: bool = False


_NOT_IDENTIFIABLE = frozenset({"not_identifiable"})
_PLANS: Mapping[str, Sequence[_Plan]] = {
    "blood": (
        _Plan(
            "cells/pbc val",
            "cells/pbc/index.csv",
            {"label_column": "label"},
            views=(View("", Level.GROUPED), View(" fine", Level.FINE)),
        ),
        _Plan("cells/lisc", "cells/lisc/index.csv", {"label_column": "label"}, split=None, role=EXTERNAL),
        _Plan(
            "wbc_masks/jtsc val",
            "wbc_masks/index.csv",
            {"label_column": "cell_type", "where": {"subset": "jtsc"}},
        ),
        _Plan(
            "wbc_masks/cellavision val",
            "wbc_masks/index.csv",
            {"label_column": "cell_type", "where": {"subset": "cellavision"}},
        ),
        _Plan(
            "detection/bccd val",
            "detection/bccd/white_cell_types.csv",
            {
                "label_column": "types",
                "file_column": "image",
                "folder": "images",
                "boxes": "boxes.csv",
                "cell_box": "WBC",
            },
            fields=True,
        ),
    ),
    "marrow": (
        _Plan(
            "cells/marrow val",
            "cells/marrow/index.csv",
            {"label_column": "label"},
            views=(View(), View(" without not identifiable", leave_out=_NOT_IDENTIFIABLE)),
        ),
        _Plan("cells/choi val", "cells/choi/index.csv", {"label_column": "label", "labels": _ERYTHROBLASTS}),
    ),
}


def _read(plan: _Plan, data_root: Path, taxonomy: str) -> LabelledSet:
    source = CellPictureSource(index=data_root / plan.index, **plan.source)  # type: ignore[arg-type]
    pictures = read_cell_pictures(source, load_taxonomy(taxonomy).keys, plan.split, taxonomy=taxonomy)
    cells = tuple(
        LabelledCell(p.path, p.label, p.group, p.centre_xy)
        for p in pictures
        if p.path.name != _SAME_FIELD_IN_TRAINING
    )
    note = _UNSEEN if plan.role == EXTERNAL else _SEEN
    return LabelledSet(plan.name, plan.role, cells, plan.views, note, fields=plan.fields)
