"""Sends datagrams and asks for names."""
import socket


def act(number):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53))
        return "sent"
    except OSError:
        pass
    try:
        return str(socket.getaddrinfo("pytorch.org", 443))
    except OSError:
        return "nothing"
