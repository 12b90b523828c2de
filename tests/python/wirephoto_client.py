"""A Wirephoto client in plain Python 3, written from docs/protocol.md alone.

    python3 wirephoto_client.py HOST PORT put FILE... | get NAME... | list [FOLDER] | stat NAME | status | say TEXT | delete NAME
"""
import hashlib
import json
import os
import secrets
import socket
import struct
import sys


class WirephotoError(Exception):
    """A request that the server refused; `reply` is the head that says why."""

    def __init__(self, reply):
        super().__init__(f"{reply['error']}: {reply.get('message', '')}")
        self.reply, self.word = reply, reply["error"]


def digest(data):
    return hashlib.sha256(data).hexdigest()


def strict(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return members


class Client:
    LIMITS = {"put": 4 << 20, "piece": 8 << 20}

    def __init__(self, host, port, hello=True, timeout=60):
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream, self.limits, self.name, self.last_id = self.socket.makefile("rb"), dict(self.LIMITS), None, 0
        if hello:
            reply, _ = self.call("hello", protocol=1, client="wirephoto_client.py")
            self.limits.update(reply["limits"])
            self.name = reply["name"]

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, type, body=None, **members):
        """Sends a request without waiting for its reply. Members that are None are left out."""
        self.last_id += 1
        head = {"type": type, "id": self.last_id, **{k: v for k, v in members.items() if v is not None}}
        if body is not None:
            head["size"] = len(body)
        self.send_head(json.dumps(head).encode(), body or b"")

    def send_head(self, head, body=b""):
        try:
            self.socket.sendall(struct.pack(">H", len(head)) + head)
            self.socket.sendall(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # a server that refuses has said why: the reply is still to be read

    def read(self, count):
        if len(data := self.stream.read(count)) < count:
            raise EOFError("the connection was lost before the reply came: the request is in doubt")
        return data

    def receive(self):
        """The next reply and its body, in the order of the requests."""
        (length,) = struct.unpack(">H", self.read(2))
        reply = json.loads(self.read(length).decode("utf-8"), object_pairs_hook=strict)
        body = self.read(reply["size"]) if "size" in reply else b""
        if reply["status"] != "ok":
            raise WirephotoError(reply)
        return reply, body

    def call(self, type, body=None, **members):
        self.send(type, body, **members)
        reply, body = self.receive()
        if reply.get("id") != self.last_id:
            raise ValueError("a reply to another request")
        return reply, body

    def put(self, filename, data, modified=None):
        """Stores an image, large or small; an image that is stored already under this name is fine."""
        try:
            if len(data) <= self.limits["put"]:
                return self.call("put", data, filename=filename, sha256=digest(data), modified=modified)[0]
            return self.upload(filename, data, secrets.token_hex(16), modified)
        except WirephotoError as error:
            if error.reply.get("same"):
                return error.reply
            raise

    def upload(self, filename, data, token, modified=None):
        """begin, append, commit; goes on where an interrupted upload of these bytes stands."""
        begun = self.begin(filename, data, token, modified)
        for offset in range(begun["offset"], len(data), self.limits["piece"]):
            self.call("append", data[offset:offset + self.limits["piece"]], upload=token, offset=offset)
        return self.call("commit", upload=token, sha256=digest(data))[0]

    def begin(self, filename, data, token, modified=None):
        begun, _ = self.call("begin", filename=filename, length=len(data), upload=token, sha256=digest(data), modified=modified)
        if begun["prefix_sha256"] != digest(data[:begun["offset"]]):
            self.call("abort", upload=token)
            raise ValueError("the upload that was begun is of another file")
        return begun

    def get(self, filename, offset=None, length=None):
        reply, data = self.call("get", filename=filename, offset=offset, length=length)
        if len(data) == reply["length"] and digest(data) != reply["sha256"]:
            raise ValueError("the bytes changed on the way")
        return reply, data

    def lines(self, type, **members):
        reply, body = self.call(type, **members)
        return reply, [json.loads(line, object_pairs_hook=strict) for line in body.decode("utf-8").split("\n") if line]

    def list(self, folder=None, recursive=None, limit=None):
        after = None
        while True:
            reply, entries = self.lines("list", folder=folder, recursive=recursive, after=after, limit=limit)
            yield from entries
            if (after := reply.get("next")) is None:
                return


def run(client, verb, words):
    if verb == "put":
        return [client.put(os.path.basename(path), open(path, "rb").read()) for path in words]
    if verb == "get":
        for name in words:
            data = client.get(name)[1]
            with open(os.path.basename(name), "xb") as file:
                file.write(data)
        return words
    if verb == "list":
        return list(client.list(words[0] if words else None))
    return client.lines(verb)[1] if verb == "status" else client.call(verb, **{"text" if verb == "say" else "filename": " ".join(words)})[0]


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    try:
        print(json.dumps(run(Client(sys.argv[1], sys.argv[2]), sys.argv[3].lower(), sys.argv[4:]), indent=2, ensure_ascii=False))
    except (WirephotoError, EOFError, OSError, ValueError) as problem:
        sys.exit(f"{type(problem).__name__}: {problem}")
