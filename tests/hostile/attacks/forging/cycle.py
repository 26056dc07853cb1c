"""Returns a tree that contains itself, many times over.

Seen: killed killed killed
"""


def act(number):
    tree = []
    tree += [tree] * 20
    return tree
