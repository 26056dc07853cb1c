"""Looks for devices beyond the harmless ones."""
import os

HARMLESS = {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr", "shm", "pts", "ptmx", "core", "console", "mqueue"}


def act(number):
    return sorted(set(os.listdir("/dev")) - HARMLESS) or "nothing"
