"""How much a submission may use. Each limit is far beyond what any right solution takes.

What counts is CPU time, so that a busy machine costs nobody points. Wall time is limited as well, generously: it
ends what waits for ever.
"""

from __future__ import annotations

import os

PATIENCE = float(os.environ.get("BOX_PATIENCE", "1"))  # 2 doubles every time, for a slow machine

STATEMENT_SECONDS = 10.0 * PATIENCE  # of CPU time, for one top-level statement
LOADING_SECONDS = 60.0 * PATIENCE  # of CPU time, for all of them
SCENARIO_SECONDS = 20.0 * PATIENCE  # of CPU time; the slowest scenario of a reference takes well under one

START_WALL = 120.0  # seconds for the walls to stand on a busy machine, or to import torch on a slow disk
LOADING_WALL = 180.0 * PATIENCE
SCENARIO_WALL = 60.0 * PATIENCE
WHOLE_WALL = 600.0 * PATIENCE  # for all runs of a submission to an exercise: each may load it anew
END_WALL = 240.0  # for what was killed to be gone, with what it left
SLACK = 15.0  # what an outer wall limit has on top of the inner one, which comes first unless it was tampered with

# What keeps the numeric libraries to one thread, unless they are told otherwise. With a limit of OpenMP's own, a
# part of each operation stays undone that PyTorch then means to do on two.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

MB = 1 << 20
MEMORY = 3000 * MB  # for one process beyond what the warm one holds, and for all of a submission's together
LOOKOUT = 1000 * MB  # for whoever looks at them, beyond what it begins with
PROCESSES = 128  # threads count
OURS = 2  # more, which are not the submission's: its guard, and the process that goes on after a scenario has ended
FEW = 32  # processes that may go on while somebody looks at what they hold
PROCESSORS = 4  # at most, that a submission is told of: who starts something for each starts few, on any machine
# Pieces that the memory of all processes is in: who looks at them needs time for each. One process with torch has
# some 1500.
PIECES = 200_000
# Bytes that the kernel keeps of a piece, and of it for each fork that it came through: they count as memory.
PIECE, LINK = 400, 64
OPEN_FILES = 512  # in one process
# Of all processes, a file that they share counted for each: of a folder the kernel reads ahead, some 20 KB that are
# no process's. Workers share each other's pipes, sockets, locks and tensors, which count once, however often they
# are open: beside what lies in them, the kernel keeps 0.3 KB for each time, of which a process has OPEN_FILES.
DESCRIPTORS = 4096
# Of all processes, where a socket's buffer holds as much as Linux gives it: what lies in those is memory that no
# process has. Fewer where a machine gives more, but as many as a loader's workers may well need.
SOCKETS, BUFFER, FEW_SOCKETS = 256, 212_992, 32
TIMERS = 1000  # and signals under way: all that a user has come out of one pool
WAITING = 4  # connections that nobody has accepted, of each socket: they hold as much, and no descriptor
# Bytes of a file: all that the scratch folder holds. Where that is no tmpfs, but lies on the machine's disk, a call
# that writes goes on to the end of its file, whoever was told to stop, and many files grow at once.
FILE, FILE_ON_DISK = 256 * MB, 32 * MB
CORE = 1  # byte of a core file, which is none; with 0, Linux still starts the machine's own program for crashes
SCRATCH = "size=256m,nr_inodes=20000,mode=1777"  # what the scratch folder, a tmpfs, holds
# The same where there is no tmpfs: bytes of files, and how many. Each has to be removed again: a folder that had
# many names takes a busy disk up to 17 ms, and the next student waits, which END_WALL bounds.
FILES, ENTRIES = 768 * MB, 5_000
LINE = 4_000_000  # bytes of one scenario's facts
TOLD = 4 * LINE  # bytes of all lines of a run
TOLD_LINES = 10_000  # in a run: one for each scenario, and some more
TURNS = 10_000  # of reading what a run tells and prints, as fast as it comes; then there is time between two
TURN_SECONDS = 0.001
ITEMS = 100_000  # numbers and texts in the facts of a submission; those of a reference have a few thousand
SIGNS = 50  # signs of tampering that are told of one submission
PRINTED = 10_000  # bytes of what a submission printed, kept for the teacher
