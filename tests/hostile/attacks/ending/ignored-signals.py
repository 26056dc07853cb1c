"""Ignores every signal and loops.

Seen: facts timeout facts
Signs: signal
"""
import signal


def act(number):
    if number == 2:
        for name in signal.valid_signals():
            try:
                signal.signal(name, signal.SIG_IGN)
            except (OSError, ValueError):
                continue
        while True:
            pass
    return "nothing"
