"""Pictures that hold the cells which their names tell: "neutrophil 8, lymphocyte 2.png"."""

import re
from dataclasses import replace

import numpy as np
from tests.app.conftest import Client, findings_of, picture_bytes

from cytovox.app.jobs import Progress
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage

TYPES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil", "erythroblast")
CLASSES = ("red_cell", "infected_red_cell", "platelet", "white_cell", *TYPES)


def told_by_name(image: SmearImage, _progress: Progress) -> SmearFindings:
    """As many cells of each class as the name says; one called "broken" fails."""
    if image.source.startswith("broken"):
        raise InputError("broken: expected a picture that can be counted")
    labels = [key for key, count in re.findall(r"(\w+) (\d+)", image.source) for _ in range(int(count))]
    places = np.arange(len(labels))
    cells = CellTable.from_outlines(
        tuple(np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float32) + 2 * place for place in places),
        classes=CLASSES,
        score=np.full(len(labels), 0.9, np.float32),
        probabilities=np.array([[key == own for key in CLASSES] for own in labels], np.float32).reshape(
            -1, len(CLASSES)
        ),
        picture_size=(image.height, image.width),
        mpp_um=0.1,
    )
    return replace(findings_of(image), cells=cells)


def upload_counted(client: Client, name: str, *, copy_of: bytes | None = None, **said: str) -> str:
    """Id of a finished case of a picture of this name; other bytes than any before, unless it is a copy.

    Args:
        client: Of the application.
        name: What it holds.
        copy_of: The bytes.
        **said: What a person says of it: specimen, subject, collected_on.
    """
    form = {key: said.pop(key) for key in ("material",) if key in said}
    case_id = client.upload(copy_of or other_picture(client), name, **form).json()["id"]
    if said:
        assert client.patch(f"/api/cases/{case_id}", json=said).status_code == 200
    client.wait_for(case_id, "done", "failed")
    return case_id


def other_picture(client: Client) -> bytes:
    """A picture that was not uploaded yet."""
    return picture_bytes("PNG", width=80 + int(client.get("/api/cases").headers["x-total-count"]))
