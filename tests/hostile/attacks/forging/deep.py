"""Returns a tree that is deeper than any stack.

Got: deep
"""


def act(number):
    tree = []
    for _ in range(100_000):
        tree = [tree]
    return tree
