"""D1: a 4-byte length and a pickled dictionary, many requests on one connection. Python's own pickle and struct are all it takes."""
import pickle
import struct

from dialect_socket import cut, equal, exactly, fresh, one_by_one, rest
from images import big_png, png

name = "D1"


def request(command, filename=None, data=None, status=None, protocol=4):
    value = {"COMMAND": command, "FILENAME": filename, "DETAILS": None, "STATUS": status, "FILE_DATA": data}
    payload = pickle.dumps(value, protocol=protocol)
    return struct.pack(">I", len(payload)) + payload


def receive(connection):
    payload = exactly(connection, struct.unpack(">I", exactly(connection, 4))[0])
    reply = pickle.loads(payload)
    equal(["COMMAND", "FILENAME", "DETAILS", "STATUS", "FILE_DATA"], list(reply))
    equal(pickle.dumps(reply, protocol=4), payload)
    return reply


def ask(connection, *arguments, **options):
    connection.sendall(request(*arguments, **options))
    return receive(connection)


def once(server, *arguments, **options):
    with server.connect() as connection:
        return ask(connection, *arguments, **options)


def done(command, filename, reply, data=None, details=None):
    equal({"COMMAND": command, "FILENAME": filename, "DETAILS": details, "STATUS": "OK", "FILE_DATA": data}, reply)


def refused(command, filename, reply, details=None):
    equal(("ERROR", command, filename, None), (reply["STATUS"], reply["COMMAND"], reply["FILENAME"], reply["FILE_DATA"]))
    assert reply["DETAILS"] and not reply["DETAILS"].endswith("."), f"an explanation without a full stop: {reply['DETAILS']!r}"
    if details:
        equal(details, reply["DETAILS"])


def listing(connection):
    reply = ask(connection, "LIST")
    done("LIST", None, reply, details=reply["DETAILS"])
    return reply["DETAILS"].split("\n")


def empty_store(server):
    with server.connect() as connection:
        refused("LIST", None, ask(connection, "LIST"))
        refused("LIST", None, ask(connection, "LIST"))
        connection.shutdown(1)
        equal(b"", rest(connection))


def put_get_list(server):
    image, data = fresh("d1"), png(40, 30)
    with server.connect() as connection:
        done("PUT", image, ask(connection, "PUT", image, data))
        done("GET", image, ask(connection, "GET", image), data)
        assert image in listing(connection)


def protocols(server):
    for protocol in (3, 4, 5):
        for status in (None, "REQUEST"):
            image, data = fresh("d1"), png(60, 60)
            done("PUT", image, once(server, "PUT", image, data, status=status, protocol=protocol))
            done("GET", image, once(server, "GET", image, status=status, protocol=protocol), data)


def protocol_2(server):
    image, data = fresh("d1"), png()
    with server.connect() as connection:
        refused("GET", image, ask(connection, "GET", image, protocol=2))
        refused("PUT", image, ask(connection, "PUT", image, data, protocol=2))
        equal(b"", rest(connection))
    not_stored(server, image)


def existing_name(server):
    image, data = fresh("d1"), png()
    with server.connect() as connection:
        done("PUT", image, ask(connection, "PUT", image, data))
        refused("PUT", image, ask(connection, "PUT", image, png()), f"File '{image}' already exists on server")
        done("GET", image, ask(connection, "GET", image), data)


def missing_name(server):
    image = fresh("d1")
    refused("GET", image, once(server, "GET", image), f"Cannot find '{image}' on the server")


def wrong_type(server):
    with server.connect() as connection:
        refused("PUT", "notes.txt", ask(connection, "PUT", "notes.txt", b"text"))
        refused("GET", "notes.txt", ask(connection, "GET", "notes.txt"))
        refused("PUT", "a.png", ask(connection, "PUT", "a.png", b"this is no picture"))


def not_stored(server, image):
    refused("GET", image, once(server, "GET", image), f"Cannot find '{image}' on the server")


def empty_file(server):
    image = fresh("d1")
    refused("PUT", image, once(server, "PUT", image, b""))
    not_stored(server, image)


def wrong_requests(server):
    with server.connect() as connection:
        for command, filename in (("list", None), ("put", "a.png"), ("DELETE", "a.png"), (None, None), ("GET", None), ("PUT", "a.png")):
            refused(command, filename, ask(connection, command, filename))


def frame_edges(server):
    for size in (10, 11, 75, 104, 105, 106):
        image, data = fresh("d1"), png(size * 2, size, level=0)
        with server.connect() as connection:
            done("PUT", image, ask(connection, "PUT", image, data))
            done("GET", image, ask(connection, "GET", image), data)


def large_file(server):
    image, data = fresh("d1"), big_png(20)
    with server.connect() as connection:
        done("PUT", image, ask(connection, "PUT", image, data))
        done("GET", image, ask(connection, "GET", image), data)
    return f"{len(data)} bytes"


def single_bytes(server):
    image, data = fresh("d1"), png()
    with server.connect() as connection:
        one_by_one(connection, request("PUT", image, data))
        done("PUT", image, receive(connection))
        one_by_one(connection, request("GET", image))
        done("GET", image, receive(connection), data)


def pipelined(server):
    image, data = fresh("d1"), png(50, 50)
    with server.connect() as connection:
        connection.sendall(request("PUT", image, data) + request("GET", image))
        done("PUT", image, receive(connection))
        done("GET", image, receive(connection), data)


def hostile(server):
    class Attack:
        def __reduce__(self):
            return (__import__("os").system, ("touch /nonexistent/file",))

    for value in (Attack(), {"COMMAND": "LIST", "FILENAME": Attack()}, ["LIST"], {"COMMAND": 1}, {"COMMAND": {"a": {}}}):
        payload = pickle.dumps(value)
        with server.connect() as connection:
            connection.sendall(struct.pack(">I", len(payload)) + payload)
            equal("ERROR", receive(connection)["STATUS"])
            equal(b"", rest(connection))


def disconnects(server):
    image, data = fresh("d1"), png(20, 20)
    whole = request("PUT", image, data)
    stages = [0, 1, 4, 5, 6, 20, whole.index(b"FILENAME"), whole.index(data), whole.index(data) + 100, len(whole) - 3, len(whole) - 1]
    for stage in stages:
        for end in (cut, lambda connection: connection.close()):
            with server.connect() as connection:
                connection.sendall(whole[:stage])
                end(connection)
    with server.connect() as connection:
        connection.sendall(request("GET", image))
        cut(connection)
    not_stored(server, image)
    return f"{2 * len(stages) + 1} cuts"


checks = [
    ("empty store", empty_store), ("put, get, list", put_get_list), ("protocols 3 to 5", protocols), ("protocol 2", protocol_2),
    ("existing name", existing_name), ("missing name", missing_name), ("wrong type", wrong_type), ("empty file", empty_file),
    ("wrong requests", wrong_requests), ("frame edges", frame_edges), ("large file", large_file), ("single bytes", single_bytes),
    ("two pipelined", pipelined), ("hostile pickles", hostile), ("disconnects", disconnects),
]
