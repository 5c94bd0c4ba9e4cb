"""Fitting the network that tells nucleus and cytoplasm of a white cell apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.masked_cells import MaskSource, masked_cells
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.fitting import FitOptions, NetworkFit, fit_to_end, weighted_loader
from cytovox.training.recipe import changed, fill, read_toml
from cytovox.training.white_cell_parts_crops import PartsDataset, PartsExample, PartsGeometry, StoredCell
from cytovox.training.white_cell_parts_network import WhiteCellParts, parts_loss

_DRAWS = 480
"""Crops an epoch, about as many as there are cells."""


@dataclass(frozen=True, slots=True)
class WhiteCellRecipe:
    """Everything a run depends on but the data folder.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        side_px: Side of the network's square input, a multiple of 16.
        um_per_px: Physical size of its pixel.
        weights: What the network starts from (see `WhiteCellParts.start_from`), relative to the data folder.
        fit: How the network is fitted.
        sources: Training cells.
        weights_without: What it starts from where a source is left out: weights that never saw that source.
        appearance: Variation of colour and sharpness.
    """

    name: str
    version: str
    side_px: int
    um_per_px: float
    weights: str
    fit: FitOptions
    sources: tuple[MaskSource, ...]
    weights_without: str = ""
    appearance: AppearanceOptions = field(default_factory=AppearanceOptions)

    def __post_init__(self) -> None:
        if self.side_px < 32 or self.side_px % 16:
            raise TrainingDataError(f"side_px: expected a multiple of 16 from 32, got {self.side_px}")
        if not self.sources:
            raise TrainingDataError("recipe: expected at least one table [[sources]], got none")


class PartsFit(NetworkFit):
    """Cross-entropy and soft Dice; validation is left to `cytovox evaluate white-cells`."""

    network: WhiteCellParts

    def training_step(self, batch: PartsExample, _: int) -> Tensor:
        logits = self.network(batch["input"].contiguous(memory_format=torch.channels_last))
        loss = parts_loss(logits.float(), batch["target"])
        self.log("loss", loss, prog_bar=True)
        return loss


def read_white_cell_recipe(
    path: Path | None, data_root: Path, changes: Mapping[str, Any] | None = None, *, without: str = ""
) -> WhiteCellRecipe:
    """The recipe with its paths resolved against the data folder.

    Args:
        path: TOML file; the shipped recipe by default.
        data_root: Data folder.
        changes: Entries to replace, by their dotted names ("fit.epochs").
        without: Subset to leave out of training, to be measured on as a stranger; "" for none.

    Raises:
        TrainingDataError: An entry is missing or unknown, or there is no such subset.
    """
    table = changed(read_toml(path, "white_cells.toml"), changes or {})
    rows = table.pop("sources", [])
    if without and without not in {row.get("subset") for row in rows}:
        known = ", ".join(str(row.get("subset")) for row in rows)
        raise TrainingDataError(f"without: expected one of the recipe's subsets {known}, got '{without}'")
    sources = []
    for row in rows:
        if not without or row.get("subset") != without:
            paths = {key: data_root / row[key] for key in ("index", "boxes") if key in row}
            sources.append(fill(MaskSource, {**row, **paths}, "[[sources]]"))
    if without:
        table["weights"] = table.get("weights_without", "")
    parts = {
        "fit": fill(FitOptions, table.pop("fit", {}), "[fit]"),
        "appearance": fill(AppearanceOptions, table.pop("appearance", {}), "[appearance]"),
        "sources": tuple(sources),
    }
    return fill(WhiteCellRecipe, {**table, **parts}, "top level")


def training_cells(recipe: WhiteCellRecipe) -> list[list[StoredCell]]:
    """The training cells of each source."""
    return [
        [StoredCell.of(cell, recipe.um_per_px) for cell in masked_cells(source, "train")]
        for source in recipe.sources
    ]


def fit_white_cell_parts(
    recipe: WhiteCellRecipe,
    cells: Sequence[Sequence[StoredCell]],
    data_root: Path,
    run_folder: Path,
    *,
    resume: bool,
) -> WhiteCellParts:
    """Fit the recipe's network.

    Args:
        recipe: What to fit.
        cells: Training cells of each of its sources.
        data_root: Folder that the recipe's `weights` are relative to.
        run_folder: Checkpoints and logs.
        resume: Continue from the folder's last checkpoint where there is one.

    Returns:
        The averaged weights of the last epoch, in evaluation mode.
    """
    lightning.seed_everything(recipe.fit.seed, workers=True)
    network = WhiteCellParts(recipe.side_px)
    network.start_from(data_root, recipe.weights)
    fit = PartsFit(network, recipe.fit)
    fit_to_end(fit, _loader(recipe, cells), run_folder, resume=resume)
    return network


def _loader(recipe: WhiteCellRecipe, cells: Sequence[Sequence[StoredCell]]) -> DataLoader[PartsExample]:
    geometry = PartsGeometry(side_px=recipe.side_px, um_per_px=recipe.um_per_px)
    shares = [
        source.weight / len(kept)
        for source, kept in zip(recipe.sources, cells, strict=True)
        for _ in range(len(kept))
    ]
    dataset = PartsDataset(cells, geometry, recipe.appearance)
    return weighted_loader(dataset, shares, max(_DRAWS, recipe.fit.batch_size), recipe.fit)
