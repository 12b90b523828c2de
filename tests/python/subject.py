"""What all checks share: the server under test, and ways to say what is expected of it."""
import secrets
import socket
from contextlib import closing

from wirephoto_client import Client, WirephotoError


class Subject:
    def __init__(self, host, port, corpus):
        self.host, self.port, self.corpus = host, port, corpus
        self.folder = "check-" + secrets.token_hex(6)

    def open(self):
        return Client(self.host, self.port)

    def connect(self, **options):
        return closing(Client(self.host, self.port, **options))

    def name(self, last):
        return f"{self.folder}/{last}"


def equal(expected, actual):
    assert expected == actual, f"expected {expected!r}, got {actual!r}"


def refused(word, action, *arguments, **members):
    """The reply that refuses an action with this word."""
    try:
        action(*arguments, **members)
    except WirephotoError as error:
        equal(word, error.word)
        assert error.reply["message"], "an error has a message for people"
        equal(bool, type(error.reply["retry"]))
        return error.reply
    raise AssertionError(f"expected {word}, but it was accepted")


def closed(client):
    """Checks that the server has nothing more to say and closes."""
    client.socket.settimeout(10)
    try:
        rest = client.stream.read(1)
    except ConnectionResetError:
        rest = b""
    equal(b"", rest)


def cut(client):
    """Loses the connection without a goodbye: a reset."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
