"""D3: text that ends in a space, a 4-byte length. The server closes; a put is answered only when it is refused."""
import struct
import time

from dialect_socket import cut, equal, exactly, fresh, one_by_one, rest
from images import big_png, png

name = "D3"


def ask(server, *arguments):
    """The whole answer; the client says "invalid" at the end of every run, even when all went well."""
    with server.connect() as connection:
        connection.sendall(" ".join(arguments).encode() + b" ")
        answer = rest(connection)
        connection.sendall(b"invalid")
    return answer


def listing(server):
    return ask(server, "list").decode().split("\n")


def get(server, image):
    answer = ask(server, "get", image)
    if answer == b"invalid":
        return None
    equal(len(answer) - 4, struct.unpack(">I", answer[:4])[0])
    return answer[4:]


def put(server, image, data, pause=0.0, more=()):
    """False when it is refused before the data are sent."""
    with server.connect() as connection:
        connection.sendall(" ".join(["put", image, *more]).encode() + b" ")
        connection.settimeout(pause or 0.05)
        try:
            equal(b"invalid", connection.recv(100))
            equal(b"", connection.recv(100))
            return False
        except TimeoutError:
            pass
        connection.settimeout(60)
        connection.sendall(struct.pack(">I", len(data)) + data)
        connection.sendall(b"invalid")
        return True


def wait_for(server, image, data):
    """This client is not told when its image is stored."""
    end = time.monotonic() + 30
    while (got := get(server, image)) is None and time.monotonic() < end:
        pass
    equal(data, got)


def refused(server, image):
    with server.connect() as connection:
        connection.sendall(f"put {image} ".encode())
        equal(b"invalid", rest(connection))


def empty_store(server):
    equal(b"", ask(server, "list"))


def put_get_list(server):
    image, data = fresh("d3"), png(40, 30)
    assert put(server, image, data)
    wait_for(server, image, data)
    assert image in listing(server)
    assert image in ask(server, "list", "get", "x.png").decode().split("\n")


def pause(server):
    image, data = fresh("d3"), png(40, 30)
    assert put(server, image, data, pause=5.2)
    wait_for(server, image, data)


def names_with_spaces(server):
    image, data = "my " + fresh("d3"), png()
    assert put(server, image, data, more=["get", "other.png"])
    wait_for(server, image, data)
    equal(data, get(server, image + " list"))
    assert image in listing(server)


def existing_name(server):
    image, data = fresh("d3"), png()
    assert put(server, image, data)
    wait_for(server, image, data)
    refused(server, image)
    refused(server, image.upper())
    equal(data, get(server, image))


def missing_name(server):
    equal(b"invalid", ask(server, "get", fresh("d3")))


def wrong_type(server):
    equal(b"invalid", ask(server, "get", "notes.txt"))
    refused(server, "notes.txt")


def not_stored(server, image):
    equal(None, get(server, image))
    assert image not in listing(server)


def send_all(server, request, data):
    with server.connect() as connection:
        connection.sendall(request + struct.pack(">I", len(data)) + data)
        equal(b"", rest(connection))


def empty_file(server):
    image = fresh("d3")
    send_all(server, f"put {image} ".encode(), b"")
    not_stored(server, image)


def not_an_image(server):
    image = fresh("d3")
    send_all(server, f"put {image} ".encode(), b"this is no picture")
    not_stored(server, image)


def too_large(server):
    image = fresh("d3")
    with server.connect() as connection:
        connection.sendall(f"put {image} ".encode() + struct.pack(">I", 1 << 29) + b"x" * 10000)
        equal(b"invalid", rest(connection))
    not_stored(server, image)


def large_file(server):
    image, data = fresh("d3"), big_png(20)
    send_all(server, f"put {image} ".encode(), data)
    equal(data, get(server, image))
    return f"{len(data)} bytes"


def single_bytes(server):
    image, data = fresh("d3"), png()
    with server.connect() as connection:
        one_by_one(connection, f"put {image} ".encode())
        one_by_one(connection, struct.pack(">I", len(data)) + data)
        equal(b"", rest(connection))
    with server.connect() as connection:
        one_by_one(connection, f"get {image} ".encode())
        equal(struct.pack(">I", len(data)) + data, rest(connection))


def coalesced(server):
    image, data = fresh("d3"), png(50, 50)
    send_all(server, f"put {image} list ".encode(), data)
    equal(data, get(server, image))


def word_invalid(server):
    with server.connect() as connection:
        connection.sendall(b"invalid")
        equal(b"", rest(connection))


def disconnects(server):
    image, data = fresh("d3"), png(20, 20)
    request = f"put {image} ".encode()
    whole = request + struct.pack(">I", len(data)) + data
    stages = [0, 1, 4, len(request) - 1, len(request), len(request) + 2, len(request) + 4, len(whole) - 100, len(whole) - 1]
    for stage in stages:
        for end in (cut, lambda connection: connection.close()):
            with server.connect() as connection:
                connection.sendall(whole[:stage])
                end(connection)
    with server.connect() as connection:
        connection.sendall(f"get {image} ".encode())
        cut(connection)
    not_stored(server, image)
    return f"{2 * len(stages) + 1} cuts"


mixed = put_get_list
checks = [
    ("empty store", empty_store), ("put, get, list", put_get_list), ("pause of 5 s", pause), ("names with spaces", names_with_spaces),
    ("existing name", existing_name), ("missing name", missing_name), ("wrong type", wrong_type), ("empty file", empty_file),
    ("not an image", not_an_image), ("too large", too_large), ("large file", large_file), ("single bytes", single_bytes),
    ("coalesced", coalesced), ("word invalid", word_invalid), ("disconnects", disconnects),
]
