"""A run is watched, so that it can be told again: what it reads, what it tells and what it writes.

Python says of every file that it opens and of every folder that it lists (PEP 578); no reader of this
program has a way of its own. Boundary files are copied before other libraries see them, and the files of
flows are hashed. A run that does what cannot be followed, as starting a program, is not kept.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from footprint.cli import replay
from footprint.cli.running import COMPLETED, TOOK
from footprint.model import cache
from footprint.model.output import WRITTEN

MOST_BYTES = 1 << 27
"""More than this is not kept of one run."""
_BEYOND = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "socket.connect",
    "socket.getaddrinfo", "builtins.input",
)  # fmt: skip


def recorded(key: str, app: Callable[[], Any]) -> None:
    """Run the program, and keep what it tells if it completes; ends in SystemExit."""
    try:
        run = Run()
    except (OSError, RuntimeError):
        app()
        return
    sys.addaudithook(run.heard)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = run.tee(1, before[0]), run.tee(2, before[1])
    code: object = None
    try:
        app()
    except SystemExit as end:
        code = end.code
        raise
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            sys.stdout, sys.stderr = before
            run.over = True
        if run.completed and isinstance(code, int):
            run.keep(key, code)


class Run:
    """What is known of a run."""

    def __init__(self) -> None:
        self.over = self.completed = False
        self.doubt: str | None = None  # why it is not kept, if so
        self.files: dict[str, list[Any]] = {}  # path of what was opened → its state before
        self.missing: set[str] = set()
        self.folders: set[str] = {os.getcwd()}
        self.own: list[str] = []  # what the run itself made
        self.told: list[tuple[int, bytearray]] = []
        self.wrote: list[tuple[str, list[str], bool, dict[str, bytes]]] = []
        self.size, self.took = 0, ""
        self.day, self.sources = replay.today(), replay.sources()
        self.aside = tuple(_aside())
        # folders in which libraries are looked for, and what killed runs left
        self.searched = {os.path.abspath(each) for each in (*sys.path, tempfile.gettempdir())}

    # ── hearing ─────────────────────────────────────────────────────────────────────────────────

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """Take note of what the program does; it must not fail by that."""
        if self.over or event not in _HEARD:
            return
        try:
            _HEARD[event](self, *args)
        except Exception as fault:
            self.doubt = f"{event}: {fault!r}"

    def _opened(self, path: Any, _mode: Any, flags: int) -> None:
        if isinstance(path, int):
            return
        place = _absolute(path)
        if self._is_own(place):
            return
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            if flags & (os.O_TRUNC | os.O_EXCL) or not os.path.lexists(place):
                self.own.append(place)
            elif not place.startswith("/dev/"):
                self.doubt = f"{place} was changed in place"
            return
        self._rests_on(place)

    def _rests_on(self, place: str) -> None:
        if place in self.files or place.startswith(self.aside) or os.path.basename(place) == ".lock":
            return
        if not os.path.lexists(place):
            self.missing.add(place)
            return
        mode = os.stat(place).st_mode
        if stat.S_ISDIR(mode):
            self._listed(place)
        elif stat.S_ISREG(mode):
            self.files[place] = []  # so that reading it here is not heard
            self.files[place] = replay.state(place)
        elif place not in ("/dev/null", "/dev/urandom", "/dev/tty"):
            self.doubt = f"{place} is no file"

    def _listed(self, path: Any, *_more: Any) -> None:
        if isinstance(path, int):  # it was opened by its name before
            return
        place = _absolute(path or ".")
        aside = (place + os.sep).startswith(self.aside) or place in self.searched
        if not self._is_own(place) and not aside:
            self.folders.add(place)

    def _connected(self, database: Any) -> None:
        name = os.fsdecode(database)
        place = _absolute(unquote(urlsplit(name).path) if name.startswith("file:") else name)
        if name == ":memory:" or self._is_own(place):
            return
        for ending in ("", "-wal", "-journal", "-shm"):
            self._rests_on(place + ending)

    def _made(self, path: Any, *_more: Any) -> None:
        if not os.path.lexists(place := _absolute(path)):
            self.own.append(place)

    def _renamed(self, _before: Any, after: Any, *_more: Any) -> None:
        self.own.append(_absolute(after))

    def _written(self, path: Path, inputs: list[str], force: bool, made: list[Path]) -> None:
        parts = {one.name: one.read_bytes() for one in made}
        self._count(sum(map(len, parts.values())))
        if self.doubt is None:
            self.wrote.append((str(path), inputs, force, parts))

    def _took(self, seconds: str) -> None:
        self.took = seconds

    def _completed(self) -> None:
        self.completed = True

    def _beyond(self, *_args: Any) -> None:
        self.doubt = "it started a program or asked another computer"

    def _is_own(self, place: str) -> bool:
        return any(place == each or place.startswith(each + os.sep) for each in self.own)

    def _count(self, more: int) -> None:
        self.size += more
        if self.size > MOST_BYTES:
            self.doubt = "it is too much"
            self.told.clear()
            self.wrote.clear()

    def tee(self, number: int, stream: Any) -> Any:
        """Return a stream that writes where another does, and keeps it."""
        if not isinstance(stream, io.TextIOWrapper):
            self.doubt = "its output is not followed"
            return stream
        return io.TextIOWrapper(
            _Tee(self, number, stream.buffer), stream.encoding, stream.errors,
            line_buffering=stream.line_buffering, write_through=stream.write_through,
        )  # fmt: skip

    def tells(self, number: int, data: bytes) -> None:
        """Take note of what is told."""
        self._count(len(data))
        if self.doubt is not None:
            return
        if not self.told or self.told[-1][0] != number:
            self.told.append((number, bytearray()))
        self.told[-1][1].extend(data)

    # ── keeping ─────────────────────────────────────────────────────────────────────────────────

    def keep(self, key: str, code: int) -> None:
        """Keep the run, unless anything that it rests on changed meanwhile."""
        if self.doubt is not None:
            if os.environ.get("FOOTPRINT_DEBUG"):
                print(f"not kept: {self.doubt}", file=sys.stderr)  # noqa: T201
            return
        try:
            if (self.day, self.sources) != (replay.today(), replay.sources()):
                return
            files = {place: then for place, then in self.files.items() if not self._is_own(place)}
            if any(replay.state(place, then[-1] is not None) != then for place, then in files.items()):
                return
            missing = {place for place in self.missing if not self._is_own(place)}
            if any(os.path.lexists(place) for place in missing):
                return
            own: dict[str, list[str]] = {}
            for path, _inputs, _force, parts in self.wrote:
                own.setdefault(os.path.dirname(_absolute(path)), []).extend(parts)
            folders = self.folders | {os.path.dirname(place) for place in files}
            made_from = {
                "day": self.day,
                "sources": self.sources,
                "files": files | {place: replay.state(place, False) for place in _loaded()},
                "missing": sorted(missing),
                "own": own,
                "folders": {
                    each: replay.names(each, own.get(each, ())) for each in folders if os.path.isdir(each)
                },
                "libraries": {folder: replay.libraries([folder]) for folder in _library_folders()},
            }
        except OSError:
            return
        replay.keep(key, made_from, code, [(n, bytes(data)) for n, data in self.told], self.wrote, self.took)


class _Tee(io.BufferedIOBase):
    """Writes bytes where another stream does, and keeps them."""

    def __init__(self, run: Run, number: int, stream: Any) -> None:
        self._run, self._number, self._stream = run, number, stream

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._stream.isatty())

    def fileno(self) -> int:
        return int(self._stream.fileno())

    def write(self, data: Any) -> int:
        try:
            self._stream.write(data)
        except BaseException as fault:
            self._run.doubt = f"not written: {fault!r}"
            raise
        self._run.tells(self._number, bytes(data))
        return len(data)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BaseException as fault:
            self._run.doubt = f"not written: {fault!r}"
            raise


_HEARD: dict[str, Callable[..., None]] = {
    "open": Run._opened,
    "os.listdir": Run._listed,
    "os.scandir": Run._listed,
    "sqlite3.connect": Run._connected,
    "os.mkdir": Run._made,
    "tempfile.mkdtemp": Run._made,
    "tempfile.mkstemp": Run._made,
    "os.rename": Run._renamed,
    WRITTEN: Run._written,
    COMPLETED: Run._completed,
    TOOK: Run._took,
    **dict.fromkeys(_BEYOND, Run._beyond),
}


def _absolute(path: Any) -> str:
    return os.path.abspath(os.fsdecode(path))


def _aside() -> list[str]:
    """Return beginnings of paths that a run does not rest on, or that are known by other signs."""
    found = [str(replay.PACKAGE), *_library_folders(), "/proc", "/sys"]
    found += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    found += [str(place) for place in (cache.folder(), cache.key_folder()) if place is not None]
    return [os.path.abspath(each) + os.sep for each in found]


def _library_folders() -> list[str]:
    """Return where libraries are installed: each is there with its version in its name."""
    held = [each for each in sys.path if each.rstrip(os.sep).endswith(("site-packages", "dist-packages"))]
    held += [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    held.append(os.path.join(sys.prefix, "conda-meta"))
    return [each for each in dict.fromkeys(held) if os.path.isdir(each)]


def _loaded() -> list[str]:
    """Return the compiled libraries of this process, where the system tells."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as stream:
            paths = {
                line.split(None, 5)[5].rstrip("\n") for line in stream if line.count(" ") >= 5 and "/" in line
            }
    except (OSError, IndexError):
        return []
    return sorted(path for path in paths if ".so" in path and os.path.isfile(path))
