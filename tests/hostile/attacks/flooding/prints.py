"""Prints 200 MB and keeps its points."""


def act(number):
    if number == 2:
        for _ in range(200):
            print("x" * 1_000_000)
    return "nothing"
