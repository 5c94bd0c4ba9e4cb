"""Model bundles: `model.onnx`, `bundle.json` and `CARD.md` in one folder."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import onnxruntime

from cytovox.domain.errors import BundleError
from cytovox.domain.findings import ModelUse
from cytovox.domain.taxonomies import TAXONOMY_KEYS, load_taxonomy
from cytovox.domain.taxonomy import CellClass, Taxonomy

SCHEMA = "cytovox.bundle/1"
BUNDLES_VARIABLE = "CYTOVOX_BUNDLES"
"""Environment variable with a folder of one's own bundles."""
FIND_CELLS, CLASSIFY_CELLS = "find_cells", "classify_cells"
SEGMENT_WHITE_CELLS, FIND_PARASITES = "segment_white_cells", "find_parasites"
FIND_ORGAN_SLICES, SEGMENT_ORGANS = "find_organ_slices", "segment_organs"
_REQUIRED = ("schema", "name", "version", "task", "classes", "input")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and everything needed to use it.

    Attributes:
        folder: Where it lies.
        manifest: Content of `bundle.json`.
        sha256: Hash of `model.onnx`.
    """

    folder: Path
    manifest: Mapping[str, Any]
    sha256: str

    @property
    def name(self) -> str:
        """Name to select the bundle by."""
        return str(self.manifest["name"])

    @property
    def version(self) -> str:
        """Version of the weights."""
        return str(self.manifest["version"])

    @property
    def task(self) -> str:
        """What it is for: one of this module's tasks."""
        return str(self.manifest["task"])

    @property
    def classes(self) -> tuple[str, ...]:
        """Class keys in output order."""
        return tuple(entry["key"] for entry in self.manifest["classes"])

    @property
    def taxonomy(self) -> Taxonomy:
        """Names, colours and groups of the classes: a shipped taxonomy, or what `bundle.json` itself says."""
        key = str(self.manifest.get("taxonomy", "blood"))
        return load_taxonomy(key) if key in TAXONOMY_KEYS else _own_taxonomy(key, self.manifest["classes"])

    @property
    def um_per_px(self) -> float:
        """Physical size of the network's pixel."""
        return float(self.manifest["input"]["um_per_px"])

    @property
    def notice(self) -> str:
        """Words that everything made with it must carry, or ""."""
        return str(self.manifest.get("notice", ""))

    @property
    def use(self) -> ModelUse:
        """How results name it."""
        return ModelUse(self.name, self.version, self.sha256)

    def session(self) -> onnxruntime.InferenceSession:
        """A new ONNX Runtime session on the processor.

        Raises:
            BundleError: The model cannot be loaded.
        """
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                self.folder / "model.onnx", options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's exceptions share no public base
            raise BundleError(f"{self.folder.name}: model.onnx cannot be loaded ({error})") from error


def load_bundle(folder: Path) -> Bundle:
    """The bundle in a folder.

    Raises:
        BundleError: A file is missing or damaged, or `bundle.json` is of another schema or lacks an entry.
    """
    try:
        manifest = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        names = manifest.get("members", ()) if isinstance(manifest, dict) else ()
        digest = combined_digest(folder, names) if names else _digest(folder)
    except (OSError, ValueError) as error:
        raise BundleError(f"{folder}: expected bundle.json and model.onnx, {error}") from error
    missing = [key for key in _REQUIRED if key not in manifest]
    if missing or manifest["schema"] != SCHEMA:
        raise BundleError(
            f"{folder}: expected a bundle.json of schema {SCHEMA}, missing {missing or 'that schema'}"
        )
    if manifest.get("sha256", digest) != digest:
        raise BundleError(
            f"{folder}: model.onnx is not the file that bundle.json describes; install it again"
        )
    return Bundle(folder, manifest, digest)


def combined_digest(folder: Path, members: Sequence[str]) -> str:
    """Hash of an ensemble: of its members' hashes.

    Args:
        folder: Of the ensemble.
        members: Folders of its members in it.
    """
    return hashlib.sha256("".join(_digest(folder / str(name)) for name in members).encode()).hexdigest()


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()


def _own_taxonomy(key: str, entries: Sequence[Mapping[str, Any]]) -> Taxonomy:
    colours = [cell_class.colour for cell_class in load_taxonomy("marrow")]
    keys = {entry["key"] for entry in entries}
    return Taxonomy(
        key,
        key,
        tuple(
            CellClass(
                key=str(entry["key"]),
                name=str(entry.get("name", entry["key"])),
                colour=str(entry.get("colour", colours[place % len(colours)])),
                short=str(entry.get("short", entry["key"]))[:4].upper(),
                parent=entry.get("parent") if entry.get("parent") in keys else None,
            )
            for place, entry in enumerate(entries)
        ),
    )


@cache
def installed_bundles() -> tuple[Bundle, ...]:
    """The bundles that came with this package and those of the folder CYTOVOX_BUNDLES, by name.

    One of that folder takes the place of a shipped one of its name and task.

    Raises:
        BundleError: A bundle is damaged, or the folder is not there.
    """
    shipped = Path(str(files("cytovox"))) / "bundles"
    roots = [shipped]
    if own := os.environ.get(BUNDLES_VARIABLE, "").strip():
        if not Path(own).is_dir():
            raise BundleError(f"{BUNDLES_VARIABLE}: expected a folder with a folder a bundle, got '{own}'")
        roots.append(Path(own))
    # Names with a dot are bundles in the making.
    found = (load_bundle(path.parent) for root in roots for path in sorted(root.glob("[!.]*/bundle.json")))
    by_name = {(bundle.name, bundle.task): bundle for bundle in found}
    return tuple(sorted(by_name.values(), key=lambda bundle: bundle.name))


def find_bundle(name: str, task: str) -> Bundle:
    """The installed bundle of that name and task; a path to a bundle's folder also serves.

    Raises:
        BundleError: There is none.
    """
    candidates = [bundle for bundle in installed_bundles() if bundle.task == task]
    for bundle in candidates:
        if bundle.name == name:
            return bundle
    if (Path(name) / "bundle.json").is_file():
        bundle = load_bundle(Path(name))
        if bundle.task == task:
            return bundle
        raise BundleError(f"{name}: expected a bundle for '{task}', this one is for '{bundle.task}'")
    known = ", ".join(bundle.name for bundle in candidates) or "none"
    raise BundleError(f"no bundle '{name}' for '{task}'; installed: {known}")
