from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uploads import guarded, images
from uploads.guarded import ChildLost
from uploads.images import Flaw, Refused
from uploads.tests import pictures

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, needs RLIMIT_AS")


@pytest.fixture
def child() -> Iterator[int]:
    """The id of a fresh child; dismissed afterwards."""
    guarded._workplace.dismiss()
    yield guarded._workplace.child().pid
    guarded._workplace.dismiss()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ending_with(pid: int, signal_number: int) -> Exception:
    """What comes of a photo whose child gets the signal while it works; it is stopped so that it must."""
    outcome: list[Exception] = []

    def work() -> None:
        try:
            guarded.derive(pictures.jpeg())
        except (Refused, ChildLost) as error:
            outcome.append(error)

    guarded.derive(pictures.jpeg())
    os.kill(pid, signal.SIGSTOP)
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.1)
    os.kill(pid, signal_number)
    os.kill(pid, signal.SIGCONT)
    thread.join(20)
    return outcome[0]


def test_the_child_derives_what_we_would_derive(child: int) -> None:
    assert guarded.derive(pictures.jpeg()) == images.derive(pictures.jpeg())


def test_one_child_serves_many_photos(child: int) -> None:
    for number in range(5):
        guarded.derive(pictures.numbered_jpeg(number))

    assert guarded._workplace.child().pid == child


@pytest.mark.parametrize("name", pictures.REJECTED_WHEN_DECODED)
def test_the_child_refuses_bad_photos_and_lives(child: int, name: str) -> None:
    data, reason = pictures.REJECTED_WHEN_DECODED[name]

    with pytest.raises(Refused) as refusal:
        guarded.derive(data)

    assert refusal.value.flaw == reason
    assert guarded.derive(pictures.jpeg()).width == 800
    assert guarded._workplace.child().pid == child


@on_linux
@pytest.mark.parametrize(
    "signal_number,flaw",
    [(signal.SIGXCPU, Flaw.TOO_COMPLEX), (signal.SIGSEGV, Flaw.DAMAGED), (signal.SIGABRT, Flaw.DAMAGED)],
)
def test_a_photo_that_kills_the_child_is_refused_and_the_next_gets_a_new_child(
    child: int, signal_number: int, flaw: Flaw
) -> None:
    outcome = ending_with(child, signal_number)

    assert isinstance(outcome, Refused)
    assert outcome.flaw == flaw
    assert guarded.derive(pictures.jpeg()).width == 800
    assert guarded._workplace.child().pid != child


@on_linux
def test_a_child_that_is_killed_from_outside_is_not_the_photos_fault(child: int) -> None:
    assert isinstance(ending_with(child, signal.SIGKILL), ChildLost)
    assert guarded.derive(pictures.jpeg()).width == 800


@on_linux
def test_a_child_that_died_between_two_photos_is_replaced(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    while is_alive(child):
        time.sleep(0.01)

    assert guarded.derive(pictures.jpeg()).width == 800


@on_linux
def test_the_child_sees_no_secret(child: int, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded._workplace.dismiss()
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    guarded.derive(pictures.jpeg())

    environment = Path(f"/proc/{guarded._workplace.child().pid}/environ").read_bytes()

    assert b"do-not-tell" not in environment
    assert b"DATABASE" not in environment


@on_linux
def test_the_limits_of_the_child_hold(child: int) -> None:
    guarded.derive(pictures.jpeg())
    limits = Path(f"/proc/{child}/limits").read_text().splitlines()

    assert any(line.split()[:4] == ["Max", "address", "space", str(guarded.MOST_MEMORY)] for line in limits)
    assert any(line.split()[:4] == ["Max", "file", "size", "0"] for line in limits)
    cpu = next(line for line in limits if line.startswith("Max cpu time"))
    assert int(cpu.split()[3]) <= guarded.CPU_SECONDS + 2


@on_linux
@pytest.mark.parametrize("deed", ["mmap.mmap(-1, 3 * 1024**3)", "open('x', 'wb', 0).write(b'x')"])
def test_beyond_its_limits_the_child_fails(tmp_path: Path, deed: str) -> None:
    program = f"""
import mmap, os, sys
from uploads import guarded
limited = sys.argv[1] == "limited"
if limited:
    guarded._limit_memory()
os.chdir({str(tmp_path)!r})
try:
    {deed}
except OSError:
    sys.exit(3)
"""

    def run(how: str) -> int:
        return subprocess.run([sys.executable, "-c", program, how], cwd=ROOT, check=False).returncode

    assert run("limited") == 3
    assert run("free") == 0  # the control: without the limit it works


@on_linux
def test_the_largest_photos_stay_within_the_childs_memory(child: int) -> None:
    side = 6_300  # 39.7 megapixels
    big = pictures.scene(side, side)
    photos = {
        "JPEG": pictures.encoded(big, "JPEG"),
        "PNG": pictures.encoded(big.convert("RGBA"), "PNG", compress_level=1),
        "WEBP": pictures.encoded(big, "WEBP", method=0, quality=10),
    }
    for form, data in photos.items():
        derived = guarded.derive(data)
        assert (derived.width, derived.height) == (side, side), form
    status = Path(f"/proc/{child}/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0])
    assert peak < 800 * 1024  # KiB


@on_linux
def test_the_child_ends_with_its_worker() -> None:
    program = """
import os, signal, sys
from uploads import guarded
from uploads.tests import pictures
guarded.derive(pictures.jpeg())
print(guarded._workplace.child().pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    pid = int(told.stdout)

    until = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)

    assert not is_alive(pid)


@on_linux
def test_an_interrupted_photo_does_not_answer_for_the_next(child: int) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        os.kill(child, signal.SIGCONT)
        raise Interrupted

    usual = signal.signal(signal.SIGALRM, interrupt)
    guarded.derive(pictures.jpeg())
    os.kill(child, signal.SIGSTOP)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(Interrupted):
            guarded.derive(pictures.jpeg(640, 480))
    finally:
        signal.signal(signal.SIGALRM, usual)

    assert guarded.derive(pictures.jpeg()).width == 800


def test_a_forked_worker_gets_a_child_of_its_own(child: int) -> None:
    guarded._workplace._pid = 0  # as it is in a process that was forked after the child was started
    orphan = guarded._workplace._child

    guarded.derive(pictures.jpeg())

    assert guarded._workplace.child().pid != child
    assert orphan is not None
    orphan.wait(5)


def test_frames_beyond_all_measure_are_refused() -> None:
    from io import BytesIO

    with pytest.raises(ValueError, match="too long"):
        guarded._receive(BytesIO(b"\xff\xff\xff\xff"))
    with pytest.raises(EOFError):
        guarded._receive(BytesIO(b"\x00\x00\x00\x05ab"))


@on_linux
def test_a_fork_in_the_middle_of_a_photo_does_not_stop_the_childs_photos(child: int) -> None:
    code = (
        "import os, sys, threading\n"
        "from uploads import guarded\n"
        "from uploads.tests import pictures\n"
        "with guarded._workplace.lock:\n"
        "    forked = os.fork()\n"
        "    if forked == 0:\n"
        "        guarded.derive(pictures.jpeg())\n"
        "        guarded._workplace.dismiss()\n"
        "        os._exit(0)\n"
        "    sys.exit(os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=20, check=False).returncode == 0
