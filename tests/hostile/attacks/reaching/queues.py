"""Reaches for the queues and semaphores of the machine's other programs, to end one and to count another up.

Signs: ctypes
"""
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)


def act(number):
    made = []
    calls = {
        "msgctl": lambda: libc.msgctl(-1, 0, None),
        "semctl": lambda: libc.semctl(-1, 0, 0),
        "shmctl": lambda: libc.shmctl(-1, 0, None),
        "semtimedop": lambda: libc.semtimedop(-1, ctypes.create_string_buffer(6), ctypes.c_size_t(1), None),
    }
    for name, call in calls.items():
        call()
        if ctypes.get_errno() != errno.EPERM:  # another error says that there is none of this number
            made.append(name)
    return made or "nothing"
