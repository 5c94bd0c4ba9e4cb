"""The manifest of a run: what was asked, what came in, what went out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE

SCHEMA = "cytovox.run-manifest/1"


class InputState(StrEnum):
    """What became of an input."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One input of a run.

    Attributes:
        path: The file as the user named it.
        state: What became of it.
        sha256: Hash of the file's bytes, or None where it could not be read.
        error: Why it failed, or None.
        counts: Cells of each class, taxonomy key to number; empty where it failed.
        warnings: Keys of its quality warnings.
        outputs: Files written for it, relative to the manifest.
        seconds: Time it took.
    """

    path: str
    state: InputState
    sha256: str | None = None
    error: str | None = None
    counts: Mapping[str, int] | None = None
    warnings: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunManifest:
    """A run of a command over many inputs.

    Attributes:
        command: Command name ("analyze").
        cytovox_version: Version of this package.
        started_utc: ISO 8601 time, UTC.
        finished_utc: ISO 8601 time, UTC.
        options: Options of the run, as plain values.
        models: Bundles used, each with name, version and sha256.
        inputs: In the order they were worked on.
    """

    command: str
    cytovox_version: str
    started_utc: str
    finished_utc: str
    options: Mapping[str, str | float | int | bool | None]
    models: Sequence[Mapping[str, str]]
    inputs: tuple[InputRecord, ...]

    @property
    def done(self) -> int:
        """How many inputs went through."""
        return sum(record.state is InputState.DONE for record in self.inputs)

    @property
    def failed(self) -> int:
        """How many inputs failed."""
        return len(self.inputs) - self.done


def manifest_to_dict(manifest: RunManifest) -> dict[str, Any]:
    """A manifest as plain values that JSON can hold."""
    return {
        "schema": SCHEMA,
        "command": manifest.command,
        "cytovox_version": manifest.cytovox_version,
        "started_utc": manifest.started_utc,
        "finished_utc": manifest.finished_utc,
        "options": dict(manifest.options),
        "models": [dict(model) for model in manifest.models],
        "done": manifest.done,
        "failed": manifest.failed,
        "inputs": [_input(record) for record in manifest.inputs],
        "notice": NOTICE,
    }


def write_manifest(manifest: RunManifest, path: Path) -> None:
    """Write a manifest to a JSON file (UTF-8), whole or not at all."""
    text = json.dumps(manifest_to_dict(manifest), ensure_ascii=False, allow_nan=False, indent=2)
    write_whole(path, f"{text}\n".encode())


def _input(record: InputRecord) -> dict[str, Any]:
    plain = asdict(record)
    plain["state"] = record.state.value
    plain["counts"] = dict(record.counts or {})
    plain["warnings"], plain["outputs"] = list(record.warnings), list(record.outputs)
    plain["seconds"] = round(record.seconds, 3)
    return plain
