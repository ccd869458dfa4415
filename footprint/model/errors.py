"""What stops a check: input that cannot be read or compared.

Bad input raises; a bad boundary is a finding. Every error here says, in this order, which file,
what is wrong with it, and what to do about it, and ends the command with exit code 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike


class FootprintError(Exception):
    """Base of everything that `footprint` raises on purpose."""


class InputError(FootprintError):
    """A file, table or plan that cannot be used as it stands.

    Parameters
    ----------
    where : the file (and the place in it) that is at fault, or None where the fault is in an argument
    fault : what is wrong, as a sentence without its full stop
    remedy : what the user can do about it

    """

    def __init__(self, where: str | PathLike[str] | None, fault: str, remedy: str = "") -> None:
        self.where = None if where is None else str(where)
        self.fault = fault
        self.remedy = remedy
        super().__init__(fault)

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        tail = f" {self.remedy}" if self.remedy else ""
        return f"{head}{self.fault}.{tail}"


class OutOfScopeError(InputError):
    """A file without an area in the nations of the plan."""


class IncomparableError(InputError):
    """Two layers that geometry cannot compare, because one of them is drawn too coarsely."""


@dataclass(frozen=True)
class Missing:
    """A table that cannot be had, with the reason; a value, so that it can be shown."""

    reason: str
    refused: bool = False
    """True where input was refused as incomparable: the check is then incomplete (exit code 2)."""
