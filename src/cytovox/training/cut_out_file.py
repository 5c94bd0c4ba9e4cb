"""A bank of cut-outs as one file, so that it is built once."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import TrainingDataError
from cytovox.io.atomic import write_whole
from cytovox.synth.cut_outs import CutOut, CutOutBank

_FORMAT = 1
_RASTERS = ("density", "mask", "foreign", "nucleus")
_TEXTS = ("label", "source", "picture")


def save_bank(bank: CutOutBank, path: Path) -> None:
    """Write a bank as .npz, whole or not at all; it holds pixels of the data sets, under their licences."""
    columns: dict[str, Any] = {
        name: _joined([getattr(cut_out, name) for cut_out in bank.cut_outs]) for name in _RASTERS
    }
    columns["outline"] = np.concatenate([cut_out.outline for cut_out in bank.cut_outs])
    columns["vertices"] = np.array([len(cut_out.outline) for cut_out in bank.cut_outs])
    columns["shape"] = np.array([cut_out.mask.shape for cut_out in bank.cut_outs])
    columns["has"] = np.array(
        [[cut_out.foreign is not None, cut_out.nucleus is not None] for cut_out in bank.cut_outs]
    )
    for name in ("um_per_px", "reference", "light"):
        columns[name] = np.array([getattr(cut_out, name) for cut_out in bank.cut_outs])
    head = {
        "format": _FORMAT,
        "split": bank.split,
        "licences": bank.licences,
        **{name: [getattr(cut_out, name) for cut_out in bank.cut_outs] for name in _TEXTS},
    }
    columns["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    target = io.BytesIO()
    np.savez(target, **columns)
    write_whole(path, target.getvalue())


def load_bank(path: Path) -> CutOutBank:
    """A bank that `save_bank` wrote.

    Raises:
        TrainingDataError: The file is no such bank, or of another version of it.
    """
    try:
        with np.load(path) as stored:
            columns = {name: stored[name] for name in stored.files}
        head = json.loads(columns["head"].tobytes())
        if head["format"] != _FORMAT:
            raise ValueError(f"format {head['format']}")
    except (OSError, ValueError, KeyError) as error:
        raise TrainingDataError(f"{path}: expected a bank of cut-outs that Cytovox wrote: {error}") from error
    return CutOutBank(tuple(_cut_outs(columns, head)), head["split"], head["licences"])


def _cut_outs(columns: dict[str, NDArray[Any]], head: dict[str, Any]) -> list[CutOut]:
    take = {name: _Reader(columns[name]) for name in (*_RASTERS, "outline")}
    cut_outs = []
    for i, (height, width) in enumerate(columns["shape"]):
        shape = (int(height), int(width))
        has_foreign, has_nucleus = columns["has"][i]
        cut_outs.append(
            CutOut(
                density=take["density"].next((*shape, 3)),
                mask=take["mask"].next(shape),
                outline=take["outline"].next((int(columns["vertices"][i]), 2)),
                um_per_px=float(columns["um_per_px"][i]),
                reference=columns["reference"][i],
                light=columns["light"][i],
                split=head["split"],
                foreign=take["foreign"].next(shape) if has_foreign else None,
                nucleus=take["nucleus"].next(shape) if has_nucleus else None,
                **{name: head[name][i] for name in _TEXTS},
            )
        )
    return cut_outs


def _joined(arrays: list[NDArray[Any] | None]) -> NDArray[Any]:
    present = [array.ravel() for array in arrays if array is not None]
    return np.concatenate(present) if present else np.zeros(0, np.uint8)


class _Reader:
    """Takes arrays one after the other from the flat array that holds them all."""

    def __init__(self, values: NDArray[Any]) -> None:
        self.values, self.place = values.reshape(-1), 0

    def next(self, shape: tuple[int, ...]) -> NDArray[Any]:
        start, self.place = self.place, self.place + int(np.prod(shape))
        return self.values[start : self.place].reshape(shape)
