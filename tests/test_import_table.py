"""Every import in `src/cytovox` is one that the import table allows (docs/concepts/house.md)."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "cytovox"

# Package -> the packages it may import besides itself. Widenings of the plan stand in docs/decisions.md.
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "io": {"domain"},
    "imaging": {"domain"},
    "sculpt": {"domain", "imaging"},
    "synth": {"domain", "imaging", "sculpt"},
    "analysis": {"domain", "imaging"},
    "evaluation": {"domain", "io", "imaging", "analysis"},
    "training": {"domain", "io", "imaging", "synth", "evaluation", "analysis"},
    "report": {"domain", "io"},
    "app": {"domain", "io", "analysis", "sculpt", "report", "synth"},
    "cli": {
        "domain",
        "io",
        "imaging",
        "sculpt",
        "synth",
        "analysis",
        "report",
        "app",
        "training",
        "evaluation",
    },
    "__init__": {"domain", "io", "analysis"},
    "__main__": {"cli"},
    "bundles": set(),
}

# Heavy library -> the packages that may import it.
OWNERS: dict[str, set[str]] = {
    "torch": {"training"},
    "lightning": {"training"},
    "torchmetrics": {"training"},
    "transformers": {"training"},
    "safetensors": {"training"},
    "tensorboard": {"training"},
    "onnx": {"training"},
    "onnxscript": {"training"},
    "onnxruntime": {"analysis", "training"},
    "sklearn": {"evaluation"},
    "matplotlib": {"evaluation"},
    "PIL": {"io"},
    "tifffile": {"io"},
    "imagecodecs": {"io"},
    "nibabel": {"io"},
    "nrrd": {"io"},
    "pydicom": {"io", "report"},
    "highdicom": {"report"},
    "jinja2": {"report"},
    "typst": {"report"},
    "cv2": {"imaging", "synth", "training", "report"},
    "skimage": {"imaging", "sculpt"},
    "scipy": {"imaging", "sculpt"},
    "fastapi": {"app"},
    "starlette": {"app"},
    "pydantic": {"app"},
    "uvicorn": {"app"},
    "sqlalchemy": {"app"},
    "alembic": {"app"},
    "argon2": {"app"},
    "fsspec": {"app"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
}
NUMPY_USERS = MAY_IMPORT.keys() - {"__main__", "bundles"}
INSIDE_COMMANDS_ONLY = {"training", "evaluation"}

# Distribution -> module, where the names differ; and those that another library imports for us.
MODULE_OF = {
    "argon2-cffi": "argon2",
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "pynrrd": "nrrd",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
}
USED_INDIRECTLY = {"python-multipart"}
COMES_WITH_ANOTHER = {"starlette"}  # FastAPI is built on it, and its users are meant to import from it


@dataclass(frozen=True)
class Import:
    """One import statement's target, and where it stands."""

    module: str
    line: int
    in_function: bool


def imports_of(tree: ast.AST, package: str, *, in_function: bool = False) -> Iterator[Import]:
    """Every import below a node, relative ones resolved against the dotted name of the module's package."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, in_function) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            )
            start = ".".join(part for part in (base, node.module) if part)
            if start == "cytovox":
                yield from (Import(f"cytovox.{a.name}", node.lineno, in_function) for a in node.names)
            else:
                yield Import(start, node.lineno, in_function)
        else:
            inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_of(node, package, in_function=inside)


def complaint(room: str, found: Import) -> str | None:
    """Why a room may not import this, or None where it may."""
    top, _, rest = found.module.partition(".")
    if top == "cytovox":
        target = rest.partition(".")[0]
        if target != room and target not in MAY_IMPORT[room]:
            return f"{room} may not import cytovox.{target}"
        if room == "cli" and target in INSIDE_COMMANDS_ONLY and not found.in_function:
            return f"cli may import cytovox.{target} only inside a command"
        return None
    if top == "numpy":
        return None if room in NUMPY_USERS else f"{room} may not import numpy"
    if top in OWNERS:
        return (
            None
            if room in OWNERS[top]
            else f"{room} may not import {top}; it belongs to {sorted(OWNERS[top])}"
        )
    return None if top in sys.stdlib_module_names else f"{top} has no owner in the import table"


def room_of(path: Path) -> str:
    """Package a file belongs to: "analysis", "cli", or "__init__" for the façade."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def complaints(source: str, room: str, package: str) -> list[str]:
    """All complaints about one module's source text."""
    found = imports_of(ast.parse(source), package)
    return [f"line {f.line}: {text}" for f in found if (text := complaint(room, f)) is not None]


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_module_imports_only_what_the_table_allows(path: Path) -> None:
    package = ".".join(path.relative_to(SOURCE.parent).parent.parts)
    assert complaints(path.read_text(encoding="utf-8"), room_of(path), package) == []


@pytest.mark.parametrize(
    ("room", "source", "expected"),
    [
        ("domain", "import cytovox.io.smear", "domain may not import cytovox.io"),
        ("domain", "import cv2", "domain may not import cv2"),
        ("domain", "from cytovox import analysis", "domain may not import cytovox.analysis"),
        ("imaging", "from ..analysis import smear", "imaging may not import cytovox.analysis"),
        ("analysis", "def f():\n    import torch", "analysis may not import torch"),
        ("analysis", "class A:\n    async def f(self):\n        import sklearn.metrics", "sklearn"),
        (
            "report",
            "from cytovox.analysis.smear import analyze_smear",
            "report may not import cytovox.analysis",
        ),
        ("cli", "from cytovox.training.finder import train_finder", "only inside a command"),
        ("app", "if True:\n    import requests", "requests has no owner"),
    ],
)
def test_forbidden_import_is_found(room: str, source: str, expected: str) -> None:
    found = complaints(source, room, f"cytovox.{room}")
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("domain", "import numpy as np\nfrom cytovox.domain.errors import InputError"),
        ("domain", "from .errors import InputError"),
        ("cli", "def train():\n    from cytovox.training.finder import train_finder"),
        ("app", "import json, fastapi\nfrom cytovox.synth.sample import sample_smear"),
        ("training", "import torch.nn\nfrom cytovox.analysis.bundles import load"),
    ],
)
def test_allowed_import_passes(room: str, source: str) -> None:
    assert complaints(source, room, f"cytovox.{room}") == []


def test_table_has_no_cycle() -> None:
    done: set[str] = set()
    while ready := {room for room, below in MAY_IMPORT.items() if room not in done and below <= done}:
        done |= ready
    assert MAY_IMPORT.keys() - done == set()


def test_table_in_the_documentation_is_this_one() -> None:
    page = (ROOT / "docs" / "concepts" / "house.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^\| (\w+) \| .+ \| (.+) \|$", page, re.MULTILINE))
    written.pop("package")
    assert written.pop("cli") == "all; training and evaluation only inside commands"
    assert {room: set(below.split(", ")) - {"-"} for room, below in written.items()} == {
        room: below for room, below in MAY_IMPORT.items() if room in written
    }
    assert MAY_IMPORT.keys() - written.keys() == {"cli", "bundles", "__init__", "__main__"}


def declared(requirements: list[str]) -> set[str]:
    """Names of distributions in a list of requirements."""
    return {re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


def third_party_imports(rooms: set[str]) -> set[str]:
    """Top-level modules that some rooms import from elsewhere than Python itself and Cytovox."""
    tops = {
        found.module.partition(".")[0]
        for path in modules()
        if room_of(path) in rooms
        for found in imports_of(ast.parse(path.read_text(encoding="utf-8")), "cytovox")
    }
    return tops - set(sys.stdlib_module_names) - {"cytovox"}


def test_base_install_declares_exactly_what_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = declared(project["dependencies"])
    imported = third_party_imports(MAY_IMPORT.keys() - {"training", "evaluation"})
    needed = {MODULE_OF.get(name, name) for name in base - USED_INDIRECTLY}
    assert needed == imported - USED_INDIRECTLY - COMES_WITH_ANOTHER
    assert "torch" not in base


@pytest.mark.parametrize(("room", "extra"), [("evaluation", "evaluate"), ("training", "train")])
def test_extra_declares_what_its_room_imports(room: str, extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    available = declared([*project["dependencies"], *extras["evaluate"], *extras[extra]])
    assert third_party_imports({room}) <= {MODULE_OF.get(name, name) for name in available}
