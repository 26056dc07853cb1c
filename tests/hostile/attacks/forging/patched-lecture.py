"""Changes the tables that the lecture's proteins are drawn from.

Signs: lecture.synthetic.SHARES was replaced
"""

from lecture import synthetic

synthetic.SHARES.update(E=0, C=0)


def act(number):
    return "nothing"
