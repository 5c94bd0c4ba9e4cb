"""The atlas's data, read from `cells.json` and checked."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.sculpt.textbook.spec import CHOICE, CellSpec, Figure


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from.

    Attributes:
        title: As one would cite it.
        url: Where it can be read, or empty for a book.
    """

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """All models of the atlas.

    Attributes:
        sources: By key.
        cells: Descriptions by key.
        shown: For each taxonomy, class keys and the description that each goes by.
        without: For each taxonomy, class keys without a model, and why.
    """

    sources: Mapping[str, Source]
    cells: Mapping[str, CellSpec]
    shown: Mapping[str, Mapping[str, str]]
    without: Mapping[str, Mapping[str, str]]

    def __post_init__(self) -> None:
        for key, spec in self.cells.items():
            for where, figure in figures_of(spec):
                if not {*figure.source.split(", ")} <= {*self.sources, CHOICE}:
                    raise InputError(
                        f"atlas, {key}, {where}: expected a key of 'sources' or '{CHOICE}' as source, got "
                        f"'{figure.source}'"
                    )
        for key, shown in self.shown.items():
            self._check_taxonomy(key, shown, self.without.get(key, {}))

    def _check_taxonomy(self, key: str, shown: Mapping[str, str], without: Mapping[str, str]) -> None:
        classes = set(load_taxonomy(key).keys)
        for label, cell in shown.items():
            if cell not in self.cells:
                raise InputError(f"atlas, {key}, {label}: expected a key of 'cells', got '{cell}'")
        named = [*shown, *without]
        if set(named) != classes or len(named) != len(classes):
            odd = ", ".join(sorted(set(named) ^ classes)) or "a class that stands twice"
            raise InputError(f"atlas, {key}: expected each class once, with a model or a reason; see {odd}")


@cache
def load_atlas() -> Atlas:
    """The atlas that comes with Cytovox; the same object at each call."""
    text = files("cytovox.sculpt.textbook").joinpath("cells.json").read_text(encoding="utf-8")
    return read_atlas(text)


def read_atlas(text: str) -> Atlas:
    """An atlas from its JSON text.

    Raises:
        InputError: The text is no JSON, or says something that cannot be; the message names the place.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"atlas: expected JSON, got something else in line {error.lineno}") from error
    return value_of(Atlas, data, "atlas")  # type: ignore[no-any-return]


def figures_of(spec: object, where: str = "") -> list[tuple[str, Figure]]:
    """All figures of a description, with the place where each stands ("body.diameter_um")."""
    if isinstance(spec, Figure):
        return [(where, spec)]
    if isinstance(spec, tuple):
        return [
            pair for number, item in enumerate(spec, 1) for pair in figures_of(item, f"{where}[{number}]")
        ]
    if not is_dataclass(spec):
        return []
    return [
        pair
        for item in fields(spec)
        for pair in figures_of(getattr(spec, item.name), f"{where}.{item.name}".removeprefix("."))
    ]


def value_of(kind: Any, data: Any, where: str) -> Any:
    """Data as a value of a type of `spec`, checked."""
    if get_origin(kind) is UnionType:
        options = [option for option in get_args(kind) if option is not NoneType]
        return None if data is None else value_of(options[0], data, where)
    if is_dataclass(kind) and isinstance(kind, type):
        return _made(kind, data, where)
    if get_origin(kind) is tuple:
        return _several(get_args(kind), data, where)
    if get_origin(kind) is Mapping:
        of = get_args(kind)[1]
        return {key: value_of(of, item, f"{where}, {key}") for key, item in _table(data, where)}
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if type(data) is not kind:
        raise InputError(f"{where}: expected {_words(kind)}, got {json.dumps(data)[:40]}")
    return data


def _made(kind: type, data: Any, where: str) -> Any:
    hints = get_type_hints(kind)
    known = {item.name: item for item in fields(kind)}
    given = dict(_table(data, where))
    if strange := given.keys() - known.keys():
        raise InputError(f"{where}: no entry is called '{min(strange)}'; there are {', '.join(known)}")
    for name, item in known.items():
        if name not in given and item.default is MISSING:
            raise InputError(f"{where}: expected an entry '{name}', got none")
    values = {name: value_of(hints[name], item, f"{where}, {name}") for name, item in given.items()}
    try:
        return kind(**values)
    except InputError as error:
        message = str(error)
        raise InputError(message if message.startswith("atlas") else f"{where}: {message}") from error


def _several(kinds: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise InputError(f"{where}: expected a list, got {json.dumps(data)[:40]}")
    if kinds[-1] is Ellipsis:
        return tuple(value_of(kinds[0], item, f"{where}[{number}]") for number, item in enumerate(data, 1))
    if len(data) != len(kinds):
        raise InputError(f"{where}: expected a list of {len(kinds)}, got {len(data)}")
    return tuple(value_of(kind, item, where) for kind, item in zip(kinds, data, strict=True))


def _table(data: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(data, dict):
        raise InputError(f"{where}: expected named entries {{...}}, got {json.dumps(data)[:40]}")
    return list(data.items())


def _words(kind: Any) -> str:
    return {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}[kind]
