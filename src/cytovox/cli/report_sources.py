"""What `cytovox report` makes reports of: pictures, or findings that were written before."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cytovox.app.stored_findings import stored_findings
from cytovox.cli.inputs import Input
from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.domain.reference_ranges import ReferenceRange, ReferenceRanges, default_reference_ranges
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.palette_png import palette_indices, palette_png
from cytovox.report.findings_json import SCHEMA
from cytovox.report.report_pictures import Layers, SmearPicture, map_colours

FINDINGS_SUFFIX = ".json"
Analyze = Callable[[SmearImage], SmearFindings]


@dataclass(frozen=True, slots=True)
class PictureReader:
    """Reads pictures with what is found in them.

    Attributes:
        open_picture: Reads a picture file.
        analyze: Picture in, findings with a map out.
    """

    open_picture: Callable[[Path], SmearImage]
    analyze: Analyze

    def read(self, item: Input) -> SmearPicture:
        """A picture that is analysed now, or findings and their picture where it lies beside them.

        Raises:
            InputError: The file cannot be read, or the picture beside findings is another one.
        """
        if item.error is not None:
            raise InputError(item.error)
        if item.path.suffix.lower() == FINDINGS_SUFFIX:
            return self._of_findings(item.path)
        findings = self.analyze(self.open_picture(item.path))
        if findings.smear_map is None:
            return SmearPicture(findings, lambda: Layers(self.open_picture(item.path).pixels))
        # As it is written to files: a hundred times smaller than an array.
        colours = [cell_class.colour for cell_class in load_taxonomy("smear_map")]
        kept = palette_png(findings.smear_map.classes, [rgb(colour) for colour in colours])
        without = replace(findings, smear_map=None, counted_pixels=findings.map_pixels)
        return SmearPicture(
            without,
            lambda: Layers(self.open_picture(item.path).pixels, map_colours(palette_indices(kept), colours)),
        )

    def _of_findings(self, path: Path) -> SmearPicture:
        findings = read_findings(path)
        beside = path.parent / Path(findings.source).name
        if not beside.is_file():
            return SmearPicture(findings)

        def layers() -> Layers:
            pixels = self.open_picture(beside).pixels
            _check_same(pixels, findings, beside)
            return Layers(pixels)

        return SmearPicture(findings, layers)


def read_findings(path: Path) -> SmearFindings:
    """Findings of a smear from their file.

    Raises:
        InputError: It cannot be read, or is of another kind.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        schema = document.get("schema") if isinstance(document, dict) else None
        if schema == SCHEMA:
            return stored_findings(document)
    except OSError as error:
        raise InputError(f"{path}: expected findings, but: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: expected findings as `cytovox analyze` writes them; damaged") from error
    raise InputError(f"{path}: expected findings of schema {SCHEMA}, got {schema or 'another JSON file'}")


def read_ranges(path: Path | None) -> ReferenceRanges:
    """Reference ranges from a file as the application's API gives them; without one, the shipped ones.

    Raises:
        InputError: The file cannot be read, or a range in it is impossible.
    """
    default = default_reference_ranges()
    if path is None:
        return default
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        own = {
            name: {
                entry["key"]: ReferenceRange(
                    str(entry["key"]), float(entry["low"]), float(entry["high"]), str(entry["source"])
                )
                for entry in data[name]
            }
            for name in ("blood", "marrow")
            if data.get(name) is not None
        }
    except OSError as error:
        raise InputError(f"{path}: expected reference ranges, but: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: expected JSON with lists 'blood' or 'marrow' of key, low, high and source"
        ) from error
    return ReferenceRanges(own.get("blood", default.blood), own.get("marrow", default.marrow))


def _check_same(pixels: RgbPixels, findings: SmearFindings, path: Path) -> None:
    found = hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()
    if pixels.shape[:2] != (findings.height, findings.width) or found != findings.provenance.input_sha256:
        raise InputError(
            f"{path}: expected the picture that the findings beside it are of, got another one; "
            "put the right one there, or none"
        )
