"""Makes a file of ten gigabytes with nothing in it."""


def act(number):
    try:
        with open("sparse", "wb") as file:
            file.truncate(10 * 2**30)
    except OSError:
        return "nothing"
    return "ten gigabytes"
