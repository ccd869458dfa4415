"""Programs that a test starts, as forks of one process that has imported everything.

Most of the time of such a program would go into imports. What a test says of the start of a process, of what
it imports or of its limits it says of a process of its own (`subprocess`).
"""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
CLOSED = "closed"
"""Stands for an output that is closed before the program begins."""
# A fork goes on behind the loop with what it was asked for.
_SERVER = """
import atexit, gc, importlib, json, os, pkgutil, socket, sys, traceback
import footprint

for found in pkgutil.walk_packages(footprint.__path__, "footprint."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
gc.freeze()
wire = socket.socket(fileno=int(sys.argv[1]))
while True:
    asked, files, _, _ = socket.recv_fds(wire, 1 << 20, 2)
    if not asked:
        os._exit(0)
    child = os.fork()
    if child == 0:
        break
    for file in files:
        os.close(file)
    wire.sendall(b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
wire.close()
code, words, folder, environment = json.loads(asked)
os.chdir(folder)
os.environ.clear()
os.environ.update(environment)
os.dup2(files[0], 2)
os.dup2(files[1], 1) if files[1:] else os.close(1)
for file in files:
    os.close(file)
sys.stdout = sys.__stdout__ = open(1, "w", closefd=False) if files[1:] else None
sys.stderr = sys.__stderr__ = open(2, "w", 1, errors="backslashreplace", closefd=False)
sys.argv = words
ended = 0
try:
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
except SystemExit as end:
    ended = end.code or 0
except BaseException:
    traceback.print_exc()
    ended = 1
atexit._run_exitfuncs()
for stream in (sys.stdout, sys.stderr):
    try:
        stream is None or stream.flush()
    except OSError:
        ended = 120  # as Python does
os._exit(ended)  # to clear up all that was imported takes longer than most programs do
"""


@functools.cache
def _server() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    started = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(theirs.fileno())], pass_fds=[theirs.fileno()], cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    return ours, started


def end() -> None:
    """End the process that forks, if there is one."""
    if _server.cache_info().currsize:
        wire, started = _server()
        wire.close()
        started.wait()
        _server.cache_clear()


def footprint(*words: object, **how: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program with these words; see `python`."""
    return python("from footprint.cli import main; main()", *words, **how)  # type: ignore[arg-type]


def python(
    code: str,
    *words: object,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    out: IO[bytes] | str | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run Python code with these words behind it, to its end.

    Its output goes into a file or is CLOSED, if `out` says so; else it is returned, as the errors are.
    """
    wire, _ = _server()
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as errors:
        files = [errors] if isinstance(out, str) else [errors, told if out is None else out]
        asked = [
            code,
            ["-c", *map(str, words)],
            str(folder or Path.cwd()),
            dict(os.environ if environment is None else environment),
        ]
        socket.send_fds(wire, [json.dumps(asked).encode()], [file.fileno() for file in files])
        ended = int(wire.makefile().readline())
        told.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(list(map(str, words)), ended, told.read(), errors.read())
