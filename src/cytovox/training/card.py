"""The model card of a bundle: what it is, what it was made from, how well it did, what it is not for."""

from collections.abc import Mapping
from typing import Any

_PURPOSE = {
    "find_cells": "Finds every cell of a stained blood-smear field: outline, score and coarse class "
    "(red cell, white cell, platelet).",
    "segment_white_cells": "Tells nucleus, cytoplasm and everything else apart around one white cell.",
    "find_parasites": "Tells whether the red cell in the middle holds a malaria parasite.",
    "find_organ_slices": "Tells which slices of an abdominal stack may hold stomach, small bowel or large "
    "bowel.",
    "segment_organs": "Outlines stomach, small bowel and large bowel on the slices of an abdominal stack.",
    "classify_cells": "Names one centred cell of a stained blood smear, with calibrated probabilities.",
}
_LIMITS = {
    "find_cells": (
        "Clumped and heavily overlapping red cells are outlined less exactly than lone ones and score lower.",
        "Training outlines come from boxes by a border search, those of some white cells from masks.",
        "Trained on dried, stained peripheral-blood films; marrow, wet mounts and thick films are untested.",
    ),
    "segment_white_cells": (
        "Only the white cell in the middle of the view is outlined; where two overlap, that is a guess.",
        "Borders follow those who drew the masks: between lobes they often count the light gap as nucleus.",
        "Smudge cells and giant cells were hardly in the training data, blasts of the marrow not at all.",
    ),
    "find_parasites": (
        "Trained on falciparum, mostly ring forms; other forms are drawn ones. Species are not told apart.",
        "It misses parasites of stains and cameras unlike those above, as the figures of malaria/iml show.",
        "Platelets on a red cell, Howell-Jolly bodies and dirt can still be taken for parasites.",
        "Thin films only: it looks at red cells that were found, so free parasites are not counted.",
    ),
    "find_organ_slices": (
        "Made to let slices pass: many that hold nothing pass too.",
        "Axial slices only; children, pregnancy and bowel moved by surgery were not in the training data.",
    ),
    "segment_organs": (
        "Trained on slices of a handful of people: a demonstration, not for any measurement that matters.",
        "Small bowel and large bowel are mistaken for each other, and vessels and muscle for small bowel.",
        "Duodenum counts as small bowel, as in the training data.",
        "Axial slices only; children, pregnancy and bowel moved by surgery were not in the training data.",
    ),
    "classify_cells": (
        "Most training cells come from one laboratory and scanner; accuracy elsewhere is lower, as measured.",
        "Probabilities are calibrated on the training laboratories; elsewhere they are too high.",
        "Prediction sets keep their level only for cells like those of the first data set above.",
        "Cells of a camera that was not trained on are called unidentified more often than the rate says.",
        "A cell type that is none of its classes may still get the name of the class it resembles most.",
        "Bands and segmented neutrophils, and neighbouring stages of maturation, have no sharp border.",
    ),
}


_COUNTED = dict.fromkeys(("find_organ_slices", "segment_organs"), "people trained on")


def write_card(manifest: Mapping[str, Any]) -> str:
    """The card in Markdown, from `bundle.json`'s content alone."""
    classes = ", ".join(entry["name"] for entry in manifest["classes"])
    parts = [
        f"# {manifest['name']} {manifest['version']}",
        _PURPOSE[manifest["task"]],
        "Research and education only; not a medical device. A qualified person must review every result.",
        *([f"**{manifest['notice']}**"] if manifest.get("notice") else []),
        f"- Classes: {classes}",
        f"- Input: {_input(manifest['input'])}",
        f"- File: `model.onnx`, sha256 `{manifest['sha256']}`",
        "## Training data",
        _table(
            ("index", "licence", _COUNTED.get(manifest["task"], "training pictures")),
            [(d["index"] + _where(d), d["licence"], d["training_pictures"]) for d in manifest["data"]],
        ),
        f"{_origin(manifest.get('recipe', {}))} The recipe stands in `bundle.json`.",
        *([manifest["history"]] if "history" in manifest else []),
        "## Measured performance",
        _table(
            ("data", "split", "metric", "value", "note"),
            [
                (m["data"], m["split"], m["metric"], _figure(m["value"]), m.get("note", ""))
                for m in manifest["measured"]
            ],
        ),
        "Commands: " + "; ".join(f"`{c}`" for c in dict.fromkeys(m["command"] for m in manifest["measured"])),
        "## Limits",
        "\n".join(f"- {limit}" for limit in manifest.get("limits", _LIMITS[manifest["task"]])),
    ]
    return "\n\n".join(parts) + "\n"


def _origin(recipe: Mapping[str, Any]) -> str:
    weights = str(recipe.get("weights", ""))
    if not weights:
        what = f"Encoder {recipe['backbone']}" if recipe.get("backbone") else "Network"
        return f"{what} fitted from chance."
    if weights.endswith("mobilenet_v2_imagenet.safetensors"):
        return "Encoder started from ImageNet MobileNetV2 weights (Apache-2.0)."
    return f"Encoder started from the weights '{weights}'."


def _input(described: Mapping[str, Any]) -> str:
    size = f"{described['size_px']} x {described['size_px']} px" if "size_px" in described else "any size"
    if "mm_per_px" in described:
        view = f"{described['rows']} x {described['columns']} px of {described['mm_per_px']} mm"
        return f"a slice between two neighbours, {view}, {described['normalisation']}"
    return f"RGB, {size}, {described['um_per_px']} um per pixel, {described['normalisation']}"


def _where(source: Mapping[str, Any]) -> str:
    where = source.get("where") or {}
    return "".join(f" ({value})" for value in where.values())


def _figure(value: float | str) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
