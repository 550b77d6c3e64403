"""Functions that workers can import: good ones, and every way to go wrong. Nothing heavy is imported here."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import time
from pathlib import Path

from experiments.engine import Engine, Job, Record, drive, shared


def toy(number: int) -> float:
    time.sleep(0.001 * (number % 3))
    return random.Random(number).random()


def noop(number: int) -> int:
    return number


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def process_of(_number: int) -> int:
    return os.getpid()


class CannotBePickledError(Exception):
    """Its arguments are not what its ``__init__`` takes."""

    def __init__(self, one, two):
        super().__init__("it went wrong")


class CannotBeShownError(Exception):
    """Its message raises."""

    def __str__(self):
        raise ValueError("no words")


class CannotBeRead:
    """Can be sent, but not be read where it arrives."""

    def __reduce__(self):
        return int, ("not a number",)


def poisoned(poison: str) -> object:
    """Go wrong in this way; other words are returned."""
    match poison:
        case "exception":
            raise CannotBePickledError(1, 2)
        case "message":
            raise CannotBeShownError
        case "surrogate":
            raise ValueError("\udc80")
        case "leave":
            raise SystemExit(1)
        case "interrupt":
            raise KeyboardInterrupt
        case "recursion":
            return poisoned(poison)
        case "result":
            return lambda: None
        case "unreadable":
            return CannotBeRead()
        case "exit":
            os._exit(9)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(600)
        case "kernel":
            ctypes.PyDLL(None).sleep(600)  # never lets go of the interpreter, as a compiled kernel
    return poison


def killed_once(number: int, folder: str) -> int:
    """End this process as the system does when memory is short, the first time."""
    mark = Path(folder) / str(number)
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def leave() -> None:
    os._exit(1)


RAISE = ["exception", "message", "surrogate", "leave", "recursion", "result", "unreadable"]


def threads(_number: int) -> tuple[int, list[int]]:
    import numba
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    return numba.config.NUMBA_NUM_THREADS, [one["num_threads"] for one in threadpool_info()]


def warmed(group: str, number: int, folder: str) -> tuple[str, int]:
    """Branch from the state of a group; each making of one leaves a file."""

    def make() -> str:
        (Path(folder) / f"{group}-{number}").touch()
        return f"state of {group}"

    return shared(f"{folder}/{group}", make), number


def files_beside(_number: int, folder: str) -> list[str]:
    """States of groups in all session folders below this one."""
    return [file.name for file in Path(folder).glob("rongzhi-run-*/group-*/*")]


def jobs(count: int) -> list[Job]:
    return [Job(key, (key,)) for key in range(count)]


def driven(function, jobs, engine: Engine, **options) -> list[Record]:
    return sorted(drive(function, jobs, engine, **options), key=lambda record: str(record.key))


def told(records: list[Record]) -> list[tuple[object, ...]]:
    """What has to be equal on any engine."""
    return [(one.key, one.status, one.value, one.error, one.message) for one in records]
