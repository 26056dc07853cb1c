"""Leaves a file in the shared memory's folder, which the next student or exercise may find.

Got: nothing
"""


def act(number):
    with open("/dev/shm/word", "w") as file:
        file.write("hidden inputs")
    return "nothing"
