"""Values that are made when they are first asked for: outlines, and frames of what is known as plain text.

Outlines take seconds to read and pandas takes longer to load than a question about codes to answer, so a
plan is held together from text alone; a field with `@lazy` above its class may be given `later(…)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


C = TypeVar("C", bound=type)


class _Later(Generic[T]):
    """A value that is made once, when it is first asked for."""

    def __init__(self, make: Callable[[], T], plain: Mapping[str, Any] | None = None) -> None:
        self.make, self.plain = make, plain
        self.made = False

    def value(self) -> T:
        if not self.made:
            self._value, self.made = self.make(), True
        return self._value


class _Field:
    """A field of a dataclass that makes what it was given with `later` when it is read."""

    def __init__(self, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, one: object, owner: type | None = None) -> Any:
        held = self if one is None else one.__dict__[self.name]
        return held.value() if isinstance(held, _Later) else held

    def __set__(self, one: object, value: object) -> None:
        one.__dict__[self.name] = value


def lazy(*names: str) -> Callable[[C], C]:
    """Let fields of a dataclass be given `later`."""

    def attach(cls: C) -> C:
        for name in names:
            setattr(cls, name, _Field(name))
        return cls

    return attach


def later(make: Callable[[], T], plain: Mapping[str, Any] | None = None) -> T:
    """Return a value for a field that is made when it is read; `plain` says the same as a mapping."""
    return _Later(make, plain)  # type: ignore[return-value]


def series(plain: Mapping[str, Any]) -> pd.Series:
    """Return a mapping for a field that is a Series: index key, value value."""

    def make() -> pd.Series:
        import pandas as pd

        return pd.Series([*plain.values()], index=[*plain]) if plain else pd.Series(dtype=str)

    return later(make, plain)


def plain(one: object, name: str) -> Mapping[str, Any]:
    """Return a field that is a Series as a mapping; what is missing is None."""
    held = one.__dict__[f"_{name}"]
    if isinstance(held, _Later):
        if held.plain is not None:
            return held.plain
        held = held.value()
    return dict(zip(held.index, held.astype(object).where(held.notna(), None), strict=True))


def is_made(one: object, name: str) -> bool:
    """Return whether the value of a field is there already."""
    held = one.__dict__[f"_{name}"]
    return not isinstance(held, _Later) or held.made


def is_none(one: object, name: str) -> bool:
    """Return whether a field is None, which nothing has to be made for."""
    return one.__dict__[f"_{name}"] is None


def changed(one: T, **parts: Any) -> T:
    """Return a dataclass with other fields, as dataclasses.replace, but what is made later stays so."""
    held = {f.name: one.__dict__.get(f"_{f.name}", one.__dict__.get(f.name)) for f in fields(one)}  # type: ignore[arg-type]
    return type(one)(**held | parts)
