"""Planes of a finished stack, read from its cubes without loading it."""

import json
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus

import numpy as np
from numpy.typing import NDArray

from cytovox.app.case_files import LocalCopies
from cytovox.app.problems import ApiProblem
from cytovox.app.stack_files import LABEL_VOXELS, STACK, VOXELS
from cytovox.app.store import CaseStore
from cytovox.io.bricks import BrickedStack
from cytovox.io.viewing_order import PLANES, Plane, as_picture

_OPEN_STACKS = 16
_QUICK = 1
"""zlib level: the next one takes half as long again for a tenth less."""


@dataclass(frozen=True, slots=True)
class PlaneBytes:
    """One plane as it is sent.

    Attributes:
        packed: Rows from above, pixels from the left, little-endian, compressed as gzip.
        kind: int16, uint16 or uint8.
        height: Rows.
        width: Columns.
        pixel_mm: Width and height of a pixel.
    """

    packed: bytes
    kind: str
    height: int
    width: int
    pixel_mm: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _OpenStack:
    voxels: BrickedStack
    labels: BrickedStack | None
    pixel_mm: dict[Plane, tuple[float, float]]


class PlaneReader:
    """Reads planes; the stacks that were looked at last stay open.

    Args:
        store: Where cases are.
        copies: Their files on this machine.
    """

    def __init__(self, store: CaseStore, copies: LocalCopies) -> None:
        self._store = store
        self._copies = copies
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _OpenStack] = OrderedDict()

    def voxels(self, case_id: str, plane: Plane, index: int) -> PlaneBytes:
        """Grey values of a plane, as they are stored.

        Raises:
            ApiProblem: 404 without such a finished stack or plane.
        """
        stack = self._stack(case_id)
        return _packed(stack.voxels, plane, index, stack.pixel_mm[plane])

    def labels(self, case_id: str, plane: Plane, index: int) -> PlaneBytes:
        """Labels of a plane.

        Raises:
            ApiProblem: 404 without such a finished stack or plane, or where it has no organs.
        """
        stack = self._stack(case_id)
        if stack.labels is None:
            raise ApiProblem(HTTPStatus.NOT_FOUND, "no_organs", "No organ was found in this stack.")
        return _packed(stack.labels, plane, index, stack.pixel_mm[plane])

    def pictures(
        self, case_id: str, plane: Plane, index: int
    ) -> tuple[NDArray[np.generic], NDArray[np.generic] | None]:
        """Grey values of a plane as they are stored, and its labels; None where the stack has no organs.

        Raises:
            ApiProblem: 404 without such a finished stack.
        """
        stack, axis = self._stack(case_id), PLANES.index(plane)
        labels = None if stack.labels is None else as_picture(plane, stack.labels.cut(axis, index))
        return as_picture(plane, stack.voxels.cut(axis, index)), labels

    def _stack(self, case_id: str) -> _OpenStack:
        self._store.get(case_id)  # a deleted case's stack may still be open
        with self._lock:
            stack = self._open.get(case_id)
            if stack is None:
                stack = self._opened(case_id)
                self._open[case_id] = stack
                if len(self._open) > _OPEN_STACKS:
                    self._open.popitem(last=False)
            self._open.move_to_end(case_id)
        return stack

    def _opened(self, case_id: str) -> _OpenStack:
        page = json.loads(self._store.read(case_id, STACK))
        slices, rows, columns = page["shape"]
        shape = (int(slices), int(rows), int(columns))
        has_labels = page["labels"]["type"] is not None
        return _OpenStack(
            BrickedStack(self._copies.path(case_id, VOXELS), shape),
            BrickedStack(self._copies.path(case_id, LABEL_VOXELS), shape) if has_labels else None,
            {plane: tuple(page["planes"][plane.value]["pixel_mm"]) for plane in PLANES},
        )


def _packed(stack: BrickedStack, plane: Plane, index: int, pixel_mm: tuple[float, float]) -> PlaneBytes:
    axis = PLANES.index(plane)
    if not 0 <= index < stack.shape[axis]:
        raise ApiProblem(
            HTTPStatus.NOT_FOUND,
            "no_such_plane",
            f"The stack has {plane.value} planes 0 to {stack.shape[axis] - 1}, none of number {index}.",
        )
    picture = as_picture(plane, stack.cut(axis, index))
    little = np.ascontiguousarray(picture, picture.dtype.newbyteorder("<"))
    packer = zlib.compressobj(_QUICK, wbits=31)
    packed = packer.compress(little.tobytes()) + packer.flush()
    height, width = picture.shape
    return PlaneBytes(packed, picture.dtype.name, height, width, pixel_mm)
