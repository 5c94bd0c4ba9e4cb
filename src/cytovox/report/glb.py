"""Surfaces as GLB (glTF 2.0, binary): metres, y up, named parts, vertex colours on PBR materials.

Written here and not by a library: trimesh, which the tests read it back with, writes no material for a mesh
that has colours at its vertices, and translucent cytoplasm needs both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import PlacedSurface, SurfacePart
from cytovox.io.atomic import write_whole
from cytovox.report.model_words import full_notice, unit_of, y_up

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
"""Section 4.4 of the specification of glTF 2.0."""
_FLOAT, _USHORT, _UINT = 5126, 5123, 5125
_VERTICES, _INDICES = 34962, 34963
_LARGEST_SHORT = 65535
"""Index that restarts a primitive: a mesh of as many vertices needs 32 bits."""
_ROUGHNESS = 0.6

_LEVELS = np.arange(256) / 255.0
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
_LINEAR_16 = np.rint(65535 * _LINEAR).astype(np.uint16)
"""Linear light of sRGB levels (IEC 61966-2-1): glTF multiplies vertex colours in linear light."""


@dataclass(frozen=True, slots=True)
class SceneWords:
    """What a file says besides the notices of its surfaces.

    Attributes:
        notice: How far the results behind the surfaces can be trusted, or "".
        about: Extras of the asset.
        surfaces: Extras of each surface's node, in the order of the scene; empty for none.
    """

    notice: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    surfaces: Sequence[Mapping[str, Any]] = ()


def write_glb(scene: Sequence[PlacedSurface], path: Path) -> None:
    """Write surfaces to a GLB file, whole or not at all."""
    write_whole(path, glb_bytes(scene))


def glb_bytes(scene: Sequence[PlacedSurface], words: SceneWords | None = None) -> bytes:
    """Surfaces as a GLB file.

    A root node carries the scale to metres; below it stands a node for each surface, and below that one for
    each part.

    Args:
        scene: Surfaces at their places, all in one unit.
        words: What else the file shall say; None for nothing.

    Raises:
        InputError: There is no surface, or their units differ.
    """
    words = words or SceneWords()
    metres = unit_of(scene).metres
    buffers, builder = _Buffers(), _Builder()
    cells = [builder.add_surface(placed, buffers) for placed in scene]
    for node, extras in zip(cells, words.surfaces, strict=False):
        builder.nodes[node]["extras"] |= extras
    notice = " ".join(text for text in (full_notice(scene), words.notice) if text)
    root = builder.add_node(name="Cytovox", scale=[metres] * 3, children=cells)
    views = {name: number for number, name in enumerate(buffers.used())}
    document = {
        "asset": {
            "version": "2.0",
            "generator": f"Cytovox {version('cytovox')}",
            "extras": {"notice": notice} | dict(words.about),
        },
        "scene": 0,
        "scenes": [{"name": "Cytovox", "nodes": [root], "extras": {"notice": notice}}],
        "nodes": builder.nodes,
        "meshes": builder.meshes,
        "materials": builder.materials,
        "accessors": [a | {"bufferView": views[a["bufferView"]]} for a in builder.accessors],
        **buffers.described(),
    }
    return _container(document, buffers.joined())


@dataclass(slots=True)
class _Stream:
    """Data of one kind, end to end."""

    stride: int | None
    target: int
    chunks: list[bytes] = field(default_factory=list)
    length: int = 0

    def add(self, values: NDArray[Any]) -> int:
        """Append an array; its first byte's place."""
        start = self.length
        data = np.ascontiguousarray(values).tobytes()
        data += b"\0" * (-len(data) % 4)
        self.chunks.append(data)
        self.length += len(data)
        return start


class _Buffers:
    """The five streams that all accessors look into: 200 cells then need five buffer views and not 800."""

    def __init__(self) -> None:
        self.streams = {
            "POSITION": _Stream(12, _VERTICES),
            "NORMAL": _Stream(12, _VERTICES),
            "COLOR_0": _Stream(8, _VERTICES),
            "short": _Stream(None, _INDICES),
            "long": _Stream(None, _INDICES),
        }

    def used(self) -> list[str]:
        """Streams that hold something, in order."""
        return [name for name, stream in self.streams.items() if stream.length]

    def described(self) -> dict[str, Any]:
        """Buffer and buffer views."""
        views, start = [], 0
        for name in self.used():
            stream = self.streams[name]
            view = {"buffer": 0, "byteOffset": start, "byteLength": stream.length, "target": stream.target}
            views.append(view if stream.stride is None else view | {"byteStride": stream.stride})
            start += stream.length
        return {"buffers": [{"byteLength": start}], "bufferViews": views}

    def joined(self) -> bytes:
        """All streams, one after the other."""
        return b"".join(chunk for name in self.used() for chunk in self.streams[name].chunks)


class _Builder:
    """Lists of a glTF document, filled part by part."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.meshes: list[dict[str, Any]] = []
        self.materials: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add_node(self, **values: Any) -> int:
        self.nodes.append(values)
        return len(self.nodes) - 1

    def add_surface(self, placed: PlacedSurface, buffers: _Buffers) -> int:
        """Node of a surface, with its parts below."""
        parts = [
            self.add_node(name=part.name, mesh=self._add_mesh(part, buffers)) for part in placed.surface.parts
        ]
        node = self.add_node(
            name=placed.surface.name, children=parts, extras={"notice": placed.surface.notice}
        )
        if any(placed.offset):
            self.nodes[node]["translation"] = y_up(np.array([placed.offset], np.float32))[0].tolist()
        return node

    def _add_mesh(self, part: SurfacePart, buffers: _Buffers) -> int:
        colours = np.full((len(part.colours), 4), 65535, np.uint16)
        colours[:, :3] = _LINEAR_16[part.colours]
        short = len(part.vertices) < _LARGEST_SHORT
        indices = part.faces.astype(np.uint16 if short else np.uint32).ravel()
        attributes = {
            "POSITION": self._add_vectors("POSITION", y_up(part.vertices), buffers),
            "NORMAL": self._add_vectors("NORMAL", y_up(part.normals), buffers),
            "COLOR_0": self._add("COLOR_0", colours, _USHORT, "VEC4", buffers),
        }
        self.accessors[attributes["COLOR_0"]]["normalized"] = True
        drawn = self._add(
            "short" if short else "long", indices, _USHORT if short else _UINT, "SCALAR", buffers
        )
        primitive = {"attributes": attributes, "indices": drawn, "material": self._material(part)}
        self.meshes.append({"name": part.name, "primitives": [primitive]})
        return len(self.meshes) - 1

    def _add_vectors(self, stream: str, values: FloatArray, buffers: _Buffers) -> int:
        number = self._add(stream, values, _FLOAT, "VEC3", buffers)
        if stream == "POSITION":
            self.accessors[number] |= {
                "min": values.min(axis=0).tolist(),
                "max": values.max(axis=0).tolist(),
            }
        return number

    def _add(self, stream: str, values: NDArray[Any], component: int, shape: str, buffers: _Buffers) -> int:
        place = buffers.streams[stream].add(values)
        self.accessors.append(
            {
                "bufferView": stream,  # its number is known when all is filled
                "byteOffset": place,
                "componentType": component,
                "count": len(values),
                "type": shape,
            }
        )
        return len(self.accessors) - 1

    def _material(self, part: SurfacePart) -> int:
        clear = part.opacity < 1.0
        material = {
            "name": part.name,
            "pbrMetallicRoughness": {
                "baseColorFactor": [1.0, 1.0, 1.0, part.opacity],
                "metallicFactor": 0.0,
                "roughnessFactor": _ROUGHNESS,
            },
            "alphaMode": "BLEND" if clear else "OPAQUE",
        }
        if material not in self.materials:
            self.materials.append(material)
        return self.materials.index(material)


def _container(document: dict[str, Any], binary: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    length = 12 + 8 + len(text) + 8 + len(binary)
    header = np.array([_MAGIC, 2, length, len(text), _JSON], "<u4").tobytes()
    return header + text + np.array([len(binary), _BIN], "<u4").tobytes() + binary
