"""`images.derive` in a child process that a hostile file can kill, but nothing else.

The child has no secrets in its environment, 1 GiB of address space, 10 s of CPU a photo, and may write
no file. It serves one photo after the other, so that its start (0.2 s) is paid once per worker process.
Answers are framed JSON and raw bytes, never pickle: a child that was taken over cannot take us over.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from uploads import images
from uploads.images import Derived, Flaw, Refused

MOST_MEMORY = 1024**3
CPU_SECONDS = 10
WALL_SECONDS = 40
_ROOT = Path(__file__).resolve().parents[1]
_LENGTH = struct.Struct(">I")
_LONGEST_ANSWER = 64 * 1024**2
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}


class ChildLost(Exception):
    """The child ended for a reason that is not the photo's: trying again is right."""


def derive(data: bytes) -> Derived:
    """All variants of a photo sent by a stranger.

    Raises Refused when the photo cannot be shown or breaks a limit, ChildLost when the child was killed
    from outside or had to wait too long for a processor. One photo at a time per process.
    """
    with _workplace.lock:
        child = _workplace.child()
        timer = threading.Timer(WALL_SECONDS, child.kill)
        timer.start()
        try:
            answer = _ask(child, data)
        except (OSError, EOFError, ValueError) as error:
            raise _verdict(_workplace.dismiss()) from error
        except BaseException:  # interrupted: the answer still under way must not become the next photo's
            _workplace.dismiss()
            raise
        finally:
            timer.cancel()
    return _read(answer)


class _Workplace:
    """The child of this process, started when it is first needed and again when it is gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def begin_anew(self) -> None:
        """After a fork: whoever held the lock is in the parent, and will never give back our copy."""
        self.lock = threading.Lock()

    def child(self) -> subprocess.Popen[bytes]:
        """The living child. One of before a fork is the parent's: we only let go of it."""
        if self._child is not None and (self._pid != os.getpid() or self._child.poll() is not None):
            self.dismiss()
        if self._child is None:
            self._pid = os.getpid()
            self._child = subprocess.Popen(
                [sys.executable, "-B", "-m", "uploads.guarded"],
                cwd=_ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the worker, which then ends its child
            )
        return self._child

    def dismiss(self) -> int:
        """End the child. Returns its exit code, negative for a signal."""
        child, self._child = self._child, None
        if child is None:
            return 0
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not flushed has no reader any more
                    pipe.close()
        if self._pid != os.getpid():
            return 0
        try:
            return child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


_workplace = _Workplace()
atexit.register(_workplace.dismiss)
if sys.platform != "win32":
    os.register_at_fork(after_in_child=_workplace.begin_anew)


def _environment() -> dict[str, str]:
    """What an interpreter needs to start, and no secret."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}  # noqa: TID251 - no setting
    return {**passed_on, "MALLOC_ARENA_MAX": "1"}  # one arena a thread would use up the address space


def _verdict(exit_code: int) -> Exception:
    if hasattr(signal, "SIGXCPU") and exit_code == -signal.SIGXCPU:
        return Refused(Flaw.TOO_COMPLEX)
    if -exit_code in _CRASHES:
        return Refused(Flaw.DAMAGED)
    return ChildLost(f"the child ended with {exit_code}")


def _ask(child: subprocess.Popen[bytes], data: bytes) -> tuple[dict[str, Any], bytes]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    _send(child.stdin, data)
    header: dict[str, Any] = json.loads(_receive(child.stdout))
    return header, _receive(child.stdout)


def _read(answer: tuple[dict[str, Any], bytes]) -> Derived:
    header, blob = answer
    if "flaw" in header:
        raise Refused(Flaw(header["flaw"]))
    variants, begin = {}, 0
    for name in images.VARIANTS:
        end = begin + int(header["sizes"][name])
        variants[name], begin = blob[begin:end], end
    return Derived(
        content_type=str(header["content_type"]),
        width=int(header["width"]),
        height=int(header["height"]),
        blurhash=str(header["blurhash"]),
        variants=variants,
    )


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """One frame. Raises EOFError when the other side is gone, ValueError when it is beyond all measure."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > _LONGEST_ANSWER:
        raise ValueError("the frame is too long")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def serve() -> None:
    """The child's life: photo in, variants out, until the pipe ends."""
    asked = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the frames
    _limit_memory()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            data = _receive(asked)
            _limit_cpu()
            header, blob = _answer(data)
            _send(answers, json.dumps(header).encode())
            _send(answers, blob)


def _answer(data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        derived = images.derive(data)
    except Refused as refusal:
        return {"flaw": refusal.flaw.value}, b""
    header = asdict(derived)
    variants: dict[str, bytes] = header.pop("variants")
    header["sizes"] = {name: len(data) for name, data in variants.items()}
    return header, b"".join(variants[name] for name in images.VARIANTS)


if sys.platform == "win32":

    def _limit_memory() -> None:
        """Windows has no such limits: there the wall clock alone ends a bad photo."""

    _limit_cpu = _limit_memory

else:
    import resource

    def _limit_memory() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    def _limit_cpu() -> None:
        """Ten more seconds than were used so far: the limit counts over the child's whole life."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve()
