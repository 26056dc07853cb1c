"""Looks for processes of others in /proc.

Seen: facts facts facts | error error error
Signs: /proc
"""
import os


def act(number):
    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
    return others or "nothing"
