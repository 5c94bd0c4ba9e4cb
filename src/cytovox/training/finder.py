"""Fitting the cell finder."""

from pathlib import Path
from typing import Any

import cv2
import lightning
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from cytovox.analysis.star_decoding import StarCells, decode_stars, suppress_repeats
from cytovox.domain.geometry import FloatArray
from cytovox.evaluation.average_precision import FieldBoxes, average_precision
from cytovox.imaging.normalise import normalise
from cytovox.io.labelled_fields import COARSE_CLASSES, LabelledField, read_labelled_fields
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.composed_fields import composed_fields
from cytovox.training.finder_losses import centre_loss, map_loss, shape_loss
from cytovox.training.finder_network import CellFinder, ExportedFinder
from cytovox.training.finder_sources import read_fields, red_cell_scale
from cytovox.training.fitting import NetworkFit, fit_to_end, weighted_loader
from cytovox.training.map_targets import WHITE_CLASSES, balanced_weights
from cytovox.training.recipe import FinderRecipe
from cytovox.training.smear_fields import OUTSIDE_GREY, Example, FieldDataset, FieldGeometry, OutlinedField

_VALIDATE_EVERY = 5


class FinderFit(NetworkFit):
    """Centre, shape and map losses; average precision on held-out fields is logged, not used to choose."""

    network: CellFinder

    def __init__(
        self,
        network: CellFinder,
        recipe: FinderRecipe,
        held_out: list[LabelledField],
        class_weights: FloatArray,
    ) -> None:
        super().__init__(network, recipe.fit)
        self.held_out = held_out
        self.um_per_px = recipe.um_per_px
        self.class_weights: Tensor
        self.register_buffer("class_weights", torch.from_numpy(class_weights), persistent=False)

    def training_step(self, batch: Example, _: int) -> Tensor:
        pixels = batch["input"].contiguous(memory_format=torch.channels_last)
        centres, shapes, classes = self.network(pixels)
        at_centres = centre_loss(centres.float(), batch["centres"], batch["supervised"])
        at_shapes = shape_loss(shapes.float(), batch["shapes"], batch["inside"])
        on_map = map_loss(classes.float(), batch["classes"], self.class_weights, WHITE_CLASSES)
        self.log_dict({"centre_loss": at_centres, "shape_loss": at_shapes, "map_loss": on_map}, prog_bar=True)
        return at_centres + at_shapes + on_map

    def validation_step(self, _batch: Tensor, _index: int) -> None:
        """One pass over all held-out fields, on the first (and only) batch."""
        exported = ExportedFinder(self.network)
        found = [_find(exported, field, self.um_per_px, self.device) for field in self.held_out]
        precisions = []
        for kind, key in enumerate(COARSE_CLASSES):
            boxes = [FieldBoxes(f.boxes[f.kind == kind], f.score[f.kind == kind]) for f in found]
            truth = [FieldBoxes(t.boxes[t.classes == kind]) for t in self.held_out]
            precisions.append(average_precision(boxes, truth))
            self.log(f"val_ap_{key}", precisions[-1])
        self.log("val_map", float(np.mean(precisions)), prog_bar=True)


def fit_finder(recipe: FinderRecipe, data_root: Path, run_folder: Path, *, resume: bool) -> CellFinder:
    """Fit the recipe's network.

    Args:
        recipe: What to fit, on what.
        data_root: Folder that the recipe's paths are relative to.
        run_folder: Checkpoints and logs.
        resume: Continue from the folder's last checkpoint where there is one.

    Returns:
        The averaged weights of the last epoch, in evaluation mode.
    """
    lightning.seed_everything(recipe.fit.seed, workers=True)
    network = CellFinder(len(COARSE_CLASSES))
    network.start_from(data_root, recipe.weights)
    held_out = _held_out(recipe)
    composed = composed_fields(recipe.composed, data_root, run_folder)
    fields = [*read_fields(recipe.sources, held_out_names(recipe)), *composed]
    weights = balanced_weights(f.classes for f in fields if f.classes is not None)
    fit = FinderFit(network, recipe, held_out, weights)
    # The fields differ in size: the validation step walks them itself, on one batch that holds nothing.
    nothing: DataLoader[Any] = DataLoader(torch.zeros(1))  # type: ignore[arg-type]
    fit_to_end(
        fit,
        _training_loader(fields, recipe),
        run_folder,
        resume=resume,
        validation=nothing,
        validate_every=_VALIDATE_EVERY,
    )
    return network


def held_out_names(recipe: FinderRecipe) -> frozenset[str]:
    """File names of the fields kept for validation, copies of which must not be trained on."""
    return frozenset(field.path.name for field in _held_out(recipe))


def _held_out(recipe: FinderRecipe) -> list[LabelledField]:
    return [field for field in read_labelled_fields(recipe.validation) if field.split == "val"]


def _training_loader(fields: list[OutlinedField], recipe: FinderRecipe) -> DataLoader[Example]:
    weights = [field.weight for field in fields]
    geometry = FieldGeometry(side_px=recipe.crop_px, um_per_px=recipe.um_per_px)
    return weighted_loader(FieldDataset(fields, geometry), weights, int(sum(weights)), recipe.fit)


def _find(network: ExportedFinder, field: LabelledField, um_per_px: float, device: torch.device) -> StarCells:
    """Cells of a field, in its own pixels, found at the scale that its boxes give."""
    pixels = read_rgb(field.path)
    height, width = pixels.shape[:2]
    zoom = (red_cell_scale(field.boxes, field.classes, width, height) or um_per_px) / um_per_px
    small = cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    sides = [-(-side // 16) * 16 + 16 for side in small.shape[:2]]
    canvas = np.full((*sides, 3), OUTSIDE_GREY, np.uint8)
    canvas[8 : 8 + small.shape[0], 8 : 8 + small.shape[1]] = small
    batch = torch.from_numpy(normalise(canvas))[None].to(device)
    centres, shapes, _ = network(batch.contiguous(memory_format=torch.channels_last))
    cells = suppress_repeats(
        decode_stars(centres[0].float().cpu().numpy(), shapes[0].float().cpu().numpy(), min_score=0.03)
    )
    return StarCells((cells.centre - 8) / zoom, cells.radii / zoom, cells.scores)
