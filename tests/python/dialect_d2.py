"""D2: a line of text, OK or ER, an 8-byte length. One request per connection; a put gets no final reply."""
import struct
import time

from dialect_socket import cut, equal, exactly, fresh, one_by_one, rest
from images import big_png, png

name = "D2"


def receive(connection):
    return exactly(connection, struct.unpack(">Q", exactly(connection, 8))[0])


def listing(server):
    with server.connect() as connection:
        connection.sendall(b"LIST\n")
        text = receive(connection).decode()
    assert text == "" or text.endswith("\n"), f"every name has a line feed: {text[-40:]!r}"
    return text.split("\n")[:-1]


def ask(connection, request):
    """The three bytes of the handshake, as one recv gives them."""
    connection.sendall(request.encode() + b"\n")
    return connection.recv(3)


def get(server, image):
    with server.connect() as connection:
        answer = ask(connection, "GET|" + image)
        return receive(connection) if answer == b"OK\n" else answer


def put(server, image, data):
    with server.connect() as connection:
        answer = ask(connection, "PUT|" + image)
        if answer == b"OK\n":
            connection.sendall(struct.pack(">Q", len(data)) + data)
            equal(b"", rest(connection))
        return answer


def wait_for(server, image, data):
    """This client is not told when its image is stored."""
    end = time.monotonic() + 30
    while (got := get(server, image)) == b"ER\n" and time.monotonic() < end:
        pass
    equal(data, got)


def empty_store(server):
    with server.connect() as connection:
        connection.sendall(b"LIST\n")
        equal(bytes(8), rest(connection))


def put_get_list(server):
    image, data = fresh("d2"), png(40, 30)
    equal(b"OK\n", put(server, image, data))
    wait_for(server, image, data)
    assert image in listing(server)


def other_case(server):
    image, data = fresh("D2", ".PNG"), png()
    put(server, image, data)
    wait_for(server, image.lower(), data)


def existing_name(server):
    image, data = fresh("d2"), png()
    put(server, image, data)
    wait_for(server, image, data)
    equal(b"ER\n", put(server, image, png()))
    equal(b"ER\n", put(server, image.upper(), png()))
    equal(data, get(server, image))


def missing_name(server):
    equal(b"ER\n", get(server, fresh("d2")))


def wrong_type(server):
    equal(b"ER\n", put(server, "notes.txt", b"text"))
    equal(b"ER\n", get(server, "notes.txt"))


def not_stored(server, image):
    equal(b"ER\n", get(server, image))
    assert image not in listing(server)


def empty_file(server):
    image = fresh("d2")
    equal(b"OK\n", put(server, image, b""))
    not_stored(server, image)


def not_an_image(server):
    image = fresh("d2")
    equal(b"OK\n", put(server, image, b"this is no picture"))
    not_stored(server, image)


def large_file(server):
    image, data = fresh("d2"), big_png(20)
    equal(b"OK\n", put(server, image, data))
    wait_for(server, image, data)
    return f"{len(data)} bytes"


def paths_are_cut(server):
    image, data = fresh("d2"), png()
    put(server, "some/where/" + image, data)
    wait_for(server, "C:\\pictures\\" + image, data)


def single_bytes(server):
    image, data = fresh("d2"), png()
    with server.connect() as connection:
        one_by_one(connection, f"PUT|{image}\n".encode())
        equal(b"OK\n", exactly(connection, 3))
        one_by_one(connection, struct.pack(">Q", len(data)) + data)
        equal(b"", rest(connection))
    with server.connect() as connection:
        one_by_one(connection, f"GET|{image}\n".encode())
        equal(b"OK\n", exactly(connection, 3))
        equal(data, receive(connection))


def coalesced(server):
    image, data = fresh("d2"), png(50, 50)
    with server.connect() as connection:
        connection.sendall(f"PUT|{image}\n".encode() + struct.pack(">Q", len(data)) + data)
        equal(b"OK\n", rest(connection))
    equal(data, get(server, image))


def disconnects(server):
    image, data = fresh("d2"), png(20, 20)
    request = f"PUT|{image}\n".encode()
    whole = request + struct.pack(">Q", len(data)) + data
    stages = [0, 1, 4, len(request) - 1, len(request), len(request) + 3, len(request) + 8, len(whole) - 100, len(whole) - 1]
    for stage in stages:
        for end in (cut, lambda connection: connection.close()):
            with server.connect() as connection:
                connection.sendall(whole[:stage])
                end(connection)
    with server.connect() as connection:
        connection.sendall(f"GET|{image}\n".encode())
        cut(connection)
    not_stored(server, image)
    return f"{2 * len(stages) + 1} cuts"


mixed = put_get_list
checks = [
    ("empty store", empty_store), ("put, get, list", put_get_list), ("other case", other_case), ("existing name", existing_name),
    ("missing name", missing_name), ("wrong type", wrong_type), ("empty file", empty_file), ("not an image", not_an_image),
    ("large file", large_file), ("paths", paths_are_cut), ("single bytes", single_bytes), ("coalesced", coalesced), ("disconnects", disconnects),
]
