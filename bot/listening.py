"""Sockets that servers listen on."""

import errno
import os
import socket

LOOPBACK = "127.0.0.1"


class CannotListen(OSError):
    """Says where and why. ``errno`` is the system's."""

    def __init__(self, host: str, port: int, number: int | None, why: str | None) -> None:
        super().__init__(f"Cannot listen on {host} port {port}: {why}.")
        self.errno = number


def open_socket(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """A socket bound to the address; port 0 takes any that is free. Raises ``CannotListen``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not switch off Nagle's delays on what it accepts.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise CannotListen(host, port, error.errno, error.strerror) from error
    except (TypeError, ValueError) as error:  # no host can have that name
        opened.close()
        raise CannotListen(host, port, errno.EINVAL, os.strerror(errno.EINVAL)) from error
    return opened
