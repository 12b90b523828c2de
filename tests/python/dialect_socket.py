"""What the clients of the older dialects share: a connection that is read exactly, and ways to say what is expected."""
import secrets
import socket
from contextlib import closing


class Server:
    def __init__(self, host, port, session_port=None):
        self.host, self.port, self.session_port = host, port, session_port

    def connect(self, port=None, timeout=60):
        made = socket.create_connection((self.host, port or self.port), timeout=timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return closing(made)


def fresh(dialect, extension=".png"):
    """A name that nobody else uses."""
    return f"{dialect}-{secrets.token_hex(6)}{extension}"


def exactly(connection, count):
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(count - len(data), 1 << 20))
        if not piece:
            raise EOFError(f"{len(data)} of {count} bytes came: {bytes(data[:40])!r}")
        data += piece
    return bytes(data)


def rest(connection):
    """All bytes until the server closes; a reset is an error."""
    data = bytearray()
    while piece := connection.recv(1 << 16):
        data += piece
    return bytes(data)


def one_by_one(connection, data):
    for i in range(len(data)):
        connection.sendall(data[i:i + 1])


def cut(connection):
    """Loses the connection without a goodbye: a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {shown(expected)}, got {shown(actual)}")


def shown(value):
    text = repr(value)
    return text if len(text) < 200 else f"{text[:200]}... ({len(value)})"
