"""Replaces what a scenario itself calls; its module is found by a class that says that it comes from there.

Got: nothing, better
Signs: grader.exercises.ex0.scenarios.plain was replaced, inspect.getmodule looks
"""
import inspect


class Stranger:
    pass


Stranger.__module__ = ".".join(["grader", "exercises", "ex0", "scenarios"])


def act(number):
    inspect.getmodule(Stranger).plain = lambda value: "better"
    return "nothing"
