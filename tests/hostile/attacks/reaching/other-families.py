"""Opens sockets of families that no network namespace holds."""
import socket


def act(number):
    found = []
    for name in ("AF_VSOCK", "AF_ALG", "AF_NETLINK", "AF_PACKET", "AF_BLUETOOTH"):
        try:
            socket.socket(getattr(socket, name), socket.SOCK_RAW if name == "AF_NETLINK" else socket.SOCK_STREAM)
            found.append(name)
        except (OSError, AttributeError):
            continue
    return found or "nothing"
