"""D4: a session in which the server speaks first. No frames: one recv is one message. It has a port of its own, and no put."""
import re
import time
from contextlib import ExitStack, closing

from dialect_socket import cut, equal, fresh
from images import chunk, png
from wirephoto_client import Client

name = "D4"
needs_session_port = True
FULL = "Server full. Try again later."
SESSIONS = 3
ATTEMPTS = 5
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def store(server, image, data):
    with closing(Client(server.host, server.port)) as client:
        client.put(image, data)


def sized(size, text=b"x"):
    """A PNG of exactly this many bytes, which has a text chunk."""
    plain = png()
    room = size - len(plain) - 12
    return plain[:33] + chunk(b"tEXt", (b"Comment\0" + text * room)[:room]) + plain[33:]


class Session:
    """A client as these are: it takes whatever one recv returns."""

    def __init__(self, server, stack):
        self.connection = stack.enter_context(server.connect(server.session_port))
        self.greeting = self.hear()

    def hear(self):
        return self.connection.recv(4096).decode()

    def ask(self, text):
        self.connection.sendall(text.encode())
        return self.hear()

    def get(self, image):
        """An image. A client that was held up for longer than the server pauses may get END with the data; like a person at a prompt, it then asks again."""
        for _ in range(ATTEMPTS):
            start, data, last = self.transfer(image)
            if last == b"END":
                _, size, stored = start.split(" ", 2)
                return int(size), stored, data
            if last is None:
                return start
        raise AssertionError(f"END came together with {last!r} {ATTEMPTS} times")

    def transfer(self, image):
        """What START says, the bytes until a recv ends with END, and what that recv gave."""
        start = self.ask("get " + image)
        if not start.startswith("START "):
            return start, b"", None
        data = bytearray()
        while not (piece := self.connection.recv(1024)).endswith(b"END"):
            if not piece:
                raise EOFError(f"the server closed after {len(data)} bytes of {start}")
            data += piece
        return start, bytes(data), piece


def session(stack, server):
    """A session; others may have all places for a moment."""
    end = time.monotonic() + 60
    while (made := Session(server, stack)).greeting == FULL and time.monotonic() < end:
        made.connection.close()
        time.sleep(0.05)
    assert re.fullmatch(r"Client\d\d+", made.greeting), f"greeted with {made.greeting!r}"
    return made


def with_session(check):
    def run(server):
        with ExitStack() as stack:
            return check(server, session(stack, server))
    return run


@with_session
def empty_store(server, client):
    equal("No files available.", client.ask("list"))


def greets_at_once(server):
    start = time.monotonic()
    with ExitStack() as stack:
        session(stack, server)
    took = time.monotonic() - start
    assert took < 1, f"{took:.2f} s"
    return f"{took * 1000:.0f} ms"


@with_session
def echo(server, client):
    equal("hello there ACK", client.ask("hello there"))
    equal("hello there ACK", client.ask("  hello there\r\n"))
    equal("Grüße ACK", client.ask("Grüße"))


@with_session
def any_case(server, client):
    image, data = fresh("d4"), png()
    store(server, image, data)
    assert image in client.ask("LIST\r\n")
    assert "Active" in client.ask("Status")
    equal((len(data), image, data), client.get(image.upper() + "\r\n"))
    equal("Goodbye!", client.ask("EXIT"))


@with_session
def status(server, client):
    with ExitStack() as stack:
        other = session(stack, server)
        equal("Goodbye!", other.ask("exit"))
        equal("", other.hear())
    lines = wait_for(lambda: client.ask("status").split("\n"), lambda lines: any(line.startswith(other.greeting + ": ") and "Active" not in line for line in lines))
    shown = [line for line in lines if not re.fullmatch(r"\.\.\. and \d+ more", line)]
    for line in shown:
        assert re.fullmatch(rf"Client\d\d+: {TIME} - ({TIME}|Active)", line), line
    numbers = [int(line.split(":")[0][6:]) for line in shown]
    equal(sorted(numbers), numbers)
    assert any(line.startswith(client.greeting + ": ") and line.endswith(" - Active") for line in shown)


@with_session
def listing(server, client):
    image = "0-" + fresh("d4")
    store(server, image, sized(36 * 1024))
    text = client.ask("list")
    assert f"{image}  36.0 KB" in text.split("\n"), text
    assert len(text.encode()) <= 4096


@with_session
def long_listing(server, client):
    for _ in range(110):
        store(server, "1-" + fresh("d4-a-long-name-for-a-small-image"), png())
    text = client.ask("list")
    assert re.search(r"\n\.\.\. and \d+ more$", text), text[-60:]
    assert len(text.encode()) <= 4096
    equal("next ACK", client.ask("next"))


@with_session
def get(server, client):
    sizes = [200, 1024, 1028, 1029, 40 * 1024 + 4, 1000 * 1024 + 4, 5 << 20]
    for size in sizes:
        image, data = fresh("d4"), sized(size)
        store(server, image, data)
        equal((size, image, data), client.get(image))
    return f"{len(sizes)} sizes"


@with_session
def own_end(server, client):
    image, data = fresh("d4"), sized(20_000, b"E" * 955 + b"ND" * 2 + b"END" * 2 + b"." * 5000)
    store(server, image, data)
    equal((len(data), image, data), client.get("some/where\\" + image))


@with_session
def missing_name(server, client):
    for name in (fresh("d4"), "../secret.png", "notes.txt", ".."):
        equal("File not found.", client.get(name))


@with_session
def goodbye(server, client):
    equal("Goodbye!", client.ask("exit"))
    equal("", client.hear())


def four_sessions(server):
    with ExitStack() as stack:
        inside = [session(stack, server) for _ in range(SESSIONS)]
        refused = Session(server, stack)
        equal((FULL, ""), (refused.greeting, refused.hear()))
        equal("Goodbye!", inside[0].ask("exit"))
        equal("", inside[0].hear())
        inside[0].connection.close()
        equal(int(inside[-1].greeting[6:]) + 1, int(session(stack, server).greeting[6:]))
        equal("still here ACK", inside[1].ask("still here"))


def disconnects(server):
    image, data = fresh("d4"), sized(300_000)
    store(server, image, data)
    for end in (cut, lambda connection: connection.close()):
        for stage in (None, "hello", "list", "status", "exit", "get " + image):
            for reads in (0, 1, 2):
                with ExitStack() as stack:
                    client = session(stack, server)
                    if stage:
                        client.connection.sendall(stage.encode())
                        for _ in range(reads if stage.startswith("get") else min(reads, 1)):
                            client.connection.recv(4096)
                    end(client.connection)
    with ExitStack() as stack:
        equal((len(data), image, data), session(stack, server).get(image))


def mixed(server):
    image, data = fresh("d4"), png(30, 30)
    store(server, image, data)
    with ExitStack() as stack:
        client = session(stack, server)
        equal((len(data), image, data), client.get(image))
        equal("done ACK", client.ask("done"))
        equal("Goodbye!", client.ask("exit"))


def wait_for(ask, wanted):
    end = time.monotonic() + 10
    while not wanted(answer := ask()):
        assert time.monotonic() < end, f"still {answer!r}"
    return answer


checks = [
    ("empty store", empty_store), ("greeting", greets_at_once), ("echo", echo), ("any case", any_case), ("status", status), ("list with sizes", listing),
    ("get", get), ("an END of the image's own", own_end), ("missing name", missing_name), ("exit", goodbye), ("four sessions, three places", four_sessions),
    ("disconnects", disconnects), ("list that is too long", long_listing),
]
