"""Looks for processes of others in /proc.

Signs: /proc
"""
import os


def act(number):
    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
    return others or "nothing"
