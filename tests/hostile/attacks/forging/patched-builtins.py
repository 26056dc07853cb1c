"""Replaces the built-in functions.

Loading: any
Seen: any any any
Signs: builtins
"""
import builtins

builtins.isinstance = lambda *a: True
builtins.len = lambda thing: 0
builtins.open = None
builtins.float = lambda thing: 1.0
builtins.max = builtins.min = None


def act(number):
    return "nothing"
