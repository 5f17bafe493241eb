"""Vectors of named numbers, of which the library has a table each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ._arguments import Real, plain, shown
from ._errors import AuralisError
from ._library import ffi, lib

_Vector = TypeVar("_Vector", bound="Vector")


@cache
def texts(table: str, what: str) -> tuple[str, ...]:
    """What the C functions ``auralis_<table>_<what>`` say of each number of a table."""
    function = getattr(lib, f"auralis_{table}_{what}")
    n = getattr(lib, f"auralis_{table}_len")()
    return tuple(ffi.string(function(i)).decode() for i in range(n))


@cache
def places(table: str) -> dict[str, int]:
    """The place of each name of a table."""
    return {name: i for i, name in enumerate(texts(table, "name"))}


def version_of(table: str) -> int:
    """The version of a table's definitions."""
    return int(getattr(lib, f"auralis_{table}_version")())


class Vector(Mapping[str, float]):
    """Numbers by name, NaN where one is not known.

    Two are equal if they have the same versions and the same values, NaN in the same places. Not to
    be changed, hence a key of dictionaries; ``numpy.asarray`` gives the vector.

    Attributes
    ----------
    vector : ndarray of float64
        The values in the order of the table, not to be written to.
    version : int
        That of the definitions.
    units : dict of str to str
        The unit of each value by name, empty for a share, an index or a flag.
    """

    __slots__ = ("_vector", "_version")

    #: What the library calls the table.
    _table: ClassVar[str]

    def __init__(self, vector: ArrayLike | Mapping[str, float], version: int | None = None) -> None:
        names = places(self._table)
        if isinstance(vector, Mapping) and not isinstance(vector, Vector):
            vector = _in_order(self._table, vector)
        try:
            values = np.array(vector, np.float64)
        except (TypeError, ValueError):
            raise AuralisError(
                f"vector is {shown(vector)}; allowed: {len(names)} numbers"
            ) from None
        if values.shape != (len(names),):
            raise AuralisError(f"vector has shape {values.shape}; allowed: ({len(names)},)")
        values.setflags(write=False)
        self._vector: Real = values
        self._version = version_of(self._table) if version is None else version

    @property
    def vector(self) -> Real:
        """The values in the order of the table, not to be written to."""
        return self._vector

    @property
    def version(self) -> int:
        """The version of the definitions."""
        return self._version

    @property
    def units(self) -> dict[str, str]:
        """The unit of each value by name, empty for a share, an index or a flag."""
        return dict(zip(self, texts(self._table, "unit"), strict=True))

    def to_json(self) -> str:
        """The names and values as JSON, which `from_json` reads back to the bit; NaN is null."""
        return json.dumps(self._content(), indent=1, allow_nan=False)

    @classmethod
    def from_json(cls: type[_Vector], text: str | bytes) -> _Vector:
        """What `to_json` wrote.

        Parameters
        ----------
        text : str or bytes
            The JSON.

        Raises
        ------
        AuralisError
            If it is something else.
        """
        try:
            content = json.loads(text)
            return cls._of_content(content)
        except (TypeError, ValueError, KeyError) as error:
            if isinstance(error, AuralisError):
                raise
            name = cls.__name__
            raise AuralisError(
                f"text is {shown(text)}; allowed: JSON that {name}.to_json wrote"
            ) from None

    def _content(self) -> dict[str, Any]:
        values = {name: None if value != value else value for name, value in self.items()}
        return {"kind": type(self).__name__, "version": self._version, "values": values}

    @classmethod
    def _of_content(cls: type[_Vector], content: Any) -> _Vector:
        if content["kind"] != cls.__name__:
            raise AuralisError(f"text is of a {content['kind']}; allowed: of a {cls.__name__}")
        values = {k: np.nan if v is None else v for k, v in content["values"].items()}
        return cls(values, int(content["version"]))

    def __getitem__(self, name: str) -> float:
        return plain(float(self._vector[places(self._table)[name]]))

    def __iter__(self) -> Iterator[str]:
        return iter(places(self._table))

    def __len__(self) -> int:
        return len(self._vector)

    def _key(self) -> tuple[Any, ...]:
        """What makes two of a kind equal, beside the values."""
        return (self._version,)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return super().__eq__(other)
        same = np.array_equal(self._vector, other._vector, equal_nan=True)
        return bool(self._key() == other._key() and same)

    def __hash__(self) -> int:
        return hash((*self._key(), *self.values()))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if dtype is None or np.dtype(dtype) == self._vector.dtype:
            return self._vector.copy() if copy else self._vector
        if copy is False:
            raise ValueError(f"{type(self).__name__} cannot be {np.dtype(dtype)} without a copy")
        return self._vector.astype(dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._vector.tolist(), self._version)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.items())
        return f"{type(self).__name__}({values})"


def _in_order(table: str, values: Mapping[str, float]) -> list[float]:
    """The values of a mapping that has all names of a table and no other."""
    names = places(table)
    for name in values:
        if name not in names:
            raise AuralisError(f"vector has a value {shown(name)}; allowed: {', '.join(names)}")
    missing = [name for name in names if name not in values]
    if missing:
        raise AuralisError(f"vector has no {missing[0]}; allowed: all {len(names)} values")
    return [values[name] for name in names]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lines of columns, the second of them flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if i == 1 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
