"""The room that a submission's files take, where no file system of its own bounds them, and its end."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from random import Random

from grader.box import limits
from grader.box.processes import DELETED, Moved, alive, descriptors, files, has_ended, is_own_want, link_of, listed

WAY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW  # to a folder, which it may be forbidden to read


def too_much(places: Iterable[Path], pids: Collection[int]) -> bool:
    """Whether files take more room than they may: those in some places, and those that processes alone hold. Of one
    that they hold in memory alone nobody can tell how large it is: it counts as large as it may be.

    Moved if some had gone before they were looked at, and the others are not too much.
    """
    sizes: dict[tuple[int, int], int] = {}
    told: set[tuple[int | str, int]] = set()
    gone: list[str] = []
    try:
        untold = set(mapped(pids)) - set(mapped([os.getpid()]))  # not what this process had before
        for count, (name, status) in enumerate(chain(below(places, gone), held(pids))):
            sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
            told |= {(status.st_dev, status.st_ino), (name, status.st_ino)}
            if count > limits.ENTRIES:  # of names: one file may have many
                return True
        # by either: some file systems tell of another device there, and a file may have had two names
        untold = {each for each in untold if not told & {(each[0], each[2]), (each[1], each[2])}}
        untold &= set(mapped(pids)) if untold else untold  # not what has been let go of since
    except OSError as error:
        if is_own_want(error):
            raise
        return True  # a folder without rights, or too deep for its name, or a process out of sight: nobody works so
    full = sum(sizes.values()) + len(untold) * limits.FILE_ON_DISK > limits.FILES
    if gone and not full:
        raise Moved(gone[0])
    return full


def below(places: Iterable[Path], gone: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Some files and folders, and all that lies in those, each with its name; what had gone before it was looked at
    joins `gone`.

    In an order that nobody knows, and without a mark on a folder that it was read: who knows where somebody looks
    may always move what is large to where they have been.
    """
    chance = Random(os.urandom(8))
    folders = []
    for path in map(os.path.realpath, places):
        yield path, (status := os.lstat(path))
        folders += [path] if stat.S_ISDIR(status.st_mode) else []
    while folders:
        folder = folders.pop(chance.randrange(len(folders)))
        try:
            for path, status in entries(folder, chance, gone):
                yield path, status
                folders += [path] if stat.S_ISDIR(status.st_mode) else []
        except FileNotFoundError:
            gone.append(folder)


def entries(folder: str, chance: Random, gone: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    """What lies in a folder, as by chance. FileNotFoundError if it has gone, or lies elsewhere now: a link may have
    come into the place of one of those above it, and what it leads to is not the submission's."""
    descriptor = opened(folder)
    try:
        if os.readlink(f"/proc/self/fd/{descriptor}") != folder:  # noqa: PTH115
            raise FileNotFoundError(folder)
        names = os.listdir(descriptor)  # noqa: PTH208
        for name in chance.sample(names, len(names)):
            try:
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except FileNotFoundError:
                gone.append(f"{folder}/{name}")
            else:
                yield f"{folder}/{name}", status
    finally:
        os.close(descriptor)


def opened(folder: str) -> int:
    """A descriptor of a folder, which keeps the time when it was last read if it may."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(folder, flags | os.O_NOATIME)
    except PermissionError:
        return os.open(folder, flags)
    except NotADirectoryError as error:  # it was one
        raise FileNotFoundError(folder) from error


def mapped(pids: Collection[int]) -> Iterator[tuple[int, str, int]]:
    """Device, name and number of files that processes hold in memory and that have no name any more."""
    for pid in pids:
        with contextlib.suppress(PermissionError), listed():
            for device, number, name in files(Path(alive(pid), "maps")):
                if name.endswith(DELETED):
                    yield device, name, number


def held(pids: Collection[int]) -> Iterator[tuple[str, os.stat_result]]:
    """The files and folders that processes hold open, run or work in, and that have no name any more, with the one
    that they had."""
    living = [place for place in map(alive, pids) if not has_ended(place)]
    places = [f"{place}/{what}" for place in living for what in ("exe", "cwd")]
    for path in chain(places, chain.from_iterable(map(descriptors, pids))):
        try:
            link = link_of(path)
            if link and not link.endswith(DELETED):
                continue  # what a network has to tell of may take its time
            status = os.stat(path)  # noqa: PTH116
            if not status.st_nlink:
                yield link, status
        except PermissionError:  # the kernel does not let us look
            continue
        except (FileNotFoundError, ProcessLookupError) as error:
            if not os.path.lexists(path):
                raise Moved(path) from error
            # else it is open, and what it was has gone: a folder of a process that has ended


def remove(folder: Path) -> None:
    """Remove a folder, however deep, by way of one descriptor: a function that calls itself for each level, a name
    of them all, and a descriptor of each, as some `chmod` has, come to an end. What cannot be removed stays.

    OSError if no descriptor can be had, or if somebody moves folders meanwhile: ".." might lead anywhere.
    """
    here, left = os.open(os.path.realpath(folder.parent), WAY), [folder.name]
    above: list[tuple[tuple[int, int], list[str]]] = []  # each level, and the folders that are left there
    try:
        while left or above:
            if left:
                above.append((identity(here), left))
                here = onward(here, left[-1])
                left = emptied(here)
            else:
                level, left = above.pop()
                here = onward(here, "..")
                if identity(here) != level:
                    raise OSError(f"{folder} was not removed: folders in it were moved meanwhile.")
                with contextlib.suppress(OSError):  # a network's disk may hold on to what was open
                    os.rmdir(left.pop(), dir_fd=here)
    finally:
        os.close(here)


def onward(here: int, name: str) -> int:
    """A descriptor of a neighbouring folder, in place of the one of this."""
    there = os.open(name, WAY, dir_fd=here)
    os.close(here)
    return there


def identity(descriptor: int) -> tuple[int, int]:
    """What tells a file or folder from all others."""
    status = os.stat(descriptor)
    return status.st_dev, status.st_ino


def emptied(here: int) -> list[str]:
    """Remove the files of a folder, which gets back what rights were taken from it; the names of the folders."""
    with contextlib.suppress(PermissionError):  # root may lack this right alone, and then needs none
        os.chmod(f"/proc/self/fd/{here}", 0o700)  # noqa: PTH101
    folders = []
    for name in names_in(here):
        try:
            os.unlink(name, dir_fd=here)
        except IsADirectoryError:
            folders.append(name)
        except OSError:
            continue
    return folders


def names_in(here: int) -> list[str]:
    """What lies in a folder that one has the way to; nothing if it may not be read."""
    try:
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
    except PermissionError:
        return []
    try:
        return os.listdir(folder)  # noqa: PTH208
    finally:
        os.close(folder)
