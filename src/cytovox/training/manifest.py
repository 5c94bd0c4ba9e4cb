"""What a bundle's `bundle.json` says of its training, and how entries are added to it."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cytovox.analysis.bundles import load_bundle
from cytovox.io.atomic import write_whole
from cytovox.training.card import write_card
from cytovox.training.export import describe_source


def add_measurements(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put measured figures into a bundle and write its card.

    Args:
        folder: Of the bundle.
        rows: Each with metric, value, data, split, note and command.
    """
    manifest = amend(folder, {"measured": rows})
    write_whole(folder / "CARD.md", write_card(manifest).encode())


def measured_row(metric: str, value: float, data: str, note: str, network: str) -> dict[str, Any]:
    """A row of a bundle's "measured", of a validation split.

    Args:
        metric: What was measured.
        value: The figure.
        data: Data set.
        note: How far it was kept apart.
        network: What `cytovox evaluate` calls the network.
    """
    command = f"cytovox evaluate {network} --data DATA"
    return {"metric": metric, "value": value, "data": data, "split": "val", "note": note, "command": command}


def amend(folder: Path, entries: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a bundle's `bundle.json` after entries were replaced or added there."""
    manifest = {**load_bundle(folder).manifest, **entries}
    write_whole(folder / "bundle.json", (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode())
    return manifest


def described_source(source: Any, data_root: Path, pictures: int) -> dict[str, Any]:
    """A data-set entry of a bundle, from a recipe's source with index, licence and perhaps `where`."""
    described = describe_source(source.index, source.licence, pictures, data_root)
    where = getattr(source, "where", None)
    return described | ({"where": dict(where)} if where else {})


def plain_recipe(recipe: Any, data_root: Path) -> dict[str, Any]:
    """A recipe's dataclass as plain values, with paths relative to the data folder."""

    def plain(value: Any) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        if isinstance(value, Path):
            return value.relative_to(data_root).as_posix() if value.is_relative_to(data_root) else value.name
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, str) and Path(value).is_absolute():
            return Path(value).name
        return [plain(v) for v in value] if isinstance(value, tuple | list) else value

    return dict(plain(recipe))
