"""Sockets that servers listen on."""

import errno
import os
import socket

LOOPBACK = "127.0.0.1"


def open_socket(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """A socket bound to the address; port 0 takes any that is free. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not switch off Nagle's delays on what it accepts.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    except (TypeError, ValueError) as error:  # no host can have that name
        opened.close()
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error
    return opened
