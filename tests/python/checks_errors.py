"""What is refused, with which word, and whether the connection goes on."""
import secrets
import struct

from images import png
from subject import Subject, closed, equal, refused
from wirephoto_client import digest


class Checks(Subject):
    def check_bad_heads_are_answered_and_end_the_connection(self):
        heads = [b'{"type":"status","type":"status"}', b'{"type":"say","text":"\\ud800"}', b'{"type":"status","x":-1}', b'{"type":"status","x":1.0}', b'{"type":"status","x":9007199254740992}',
                 b'{"x":' + b"[" * 8 + b"]" * 8 + b"}", b'[1,2]', b' {"type":"status"}', b'{"type":"status"} ', b'{"type":"say","text":"\xff"}', b"not json at all", b'{"type":"status","id":true}',
                 b'{"type":"status","size":"5"}', b"\xef\xbb\xbf{}"]
        for head in heads:
            with self.connect() as client:
                client.call("say", text="before")
                client.send_head(head)
                client.send("say", text="behind")
                refused("bad_head", client.receive)
                closed(client)
        for raw in (b"\0\0", b"\0\1{"):
            with self.connect() as client:
                client.socket.sendall(raw)
                refused("bad_head", client.receive)
                closed(client)
        return f"{len(heads) + 2} heads"

    def check_strange_but_good_heads_are_accepted(self):
        with self.connect(hello=False) as client:
            for head in (b'{ "type" : "say" ,\n"text":"t" }', b'{"\\u0074ype":"s\\u0061y","text":"t"}', b'{"text":"t","x":null,"y":{"z":[1,{}]},"type":"say"}',
                         b'{"type":"say","text":"t","deep":[[[[[[[]]]]]]]}', b'{"type":"say","text":"t"' + b" " * 65000 + b"}"):
                client.send_head(head)
                equal("t ACK", client.receive()[0]["text"])

    def check_bad_requests_cost_only_themselves(self):
        image = png()
        with self.connect() as client:
            refused("bad_request", client.call, "stat")
            refused("bad_request", client.call, "stat", filename=7)
            refused("bad_request", client.call, "put", image, filename=self.name("a.png"))
            refused("bad_request", client.call, "put", image, filename=self.name("a.png"), sha256=digest(image).upper())
            refused("bad_request", client.call, "put", filename=self.name("a.png"), sha256=digest(image))
            refused("bad_request", client.call, "put", image, filename=self.name("a.png"), sha256=digest(image), modified="yesterday")
            refused("bad_request", client.call, "begin", filename=self.name("a.png"), length=5, upload="not-a-token")
            refused("bad_request", client.call, "say", text="x" * 8193)
            refused("bad_request", client.call, "have", sha256=[digest(b"")] * 257)
            refused("bad_request", client.call, "hello", protocol=1)
            for head in (b'{"id":1}', b'{"type":5}', b'{"type":null}', b'{"type":"stat","filename":null}'):
                client.send_head(head)
                refused("bad_request", client.receive)
            equal("on ACK", client.call("say", text="on")[0]["text"])

    def check_an_unknown_request_and_its_body_are_skipped(self):
        with self.connect() as client:
            refused("unknown_request", client.call, "frobnicate")
            refused("unknown_request", client.call, "frobnicate", secrets.token_bytes(3 << 20))
            equal("on ACK", client.call("say", b"a body that say does not have", text="on")[0]["text"])
            refused("unknown_request", client.call, "STATUS")
            equal("on ACK", client.call("say", text="on")[0]["text"])

    def check_bad_names(self):
        image = png()
        with self.connect() as client:
            for name in ("", "/a.png", "../a.png", "a/../b.png", "a//b.png", "./a.png", ".a.png", "a.png.", " a.png", "a.png ", "a\\b.png", "a\nb.png", "a\0b.png", "a\u202eb.png", "\ufffe.png",
                         "nul.png", "COM1.png", "x.png/a.png", ".wirephoto/a.png", "a" * 252 + ".png", "/".join(["d" * 200] * 6) + "/a.png"):
                refused("bad_name", client.call, "put", image, filename=name, sha256=digest(image))
                refused("bad_name", client.call, "begin", filename=name, length=len(image), upload=secrets.token_hex(16))
                refused("bad_name", client.get, name)
                refused("bad_name", client.call, "stat", filename=name)
            for folder in ("..", "/", "a//b", "/etc", ".wirephoto"):
                refused("bad_name", client.call, "list", folder=folder)

    def check_unsupported_types(self):
        image = png()
        with self.connect() as client:
            for name in ("a", "a.exe", "a.pngx", "a.png.txt", "a.b/c"):
                refused("unsupported_type", client.call, "put", image, filename=self.name(name), sha256=digest(image))
                refused("unsupported_type", client.call, "begin", filename=self.name(name), length=len(image), upload=secrets.token_hex(16))
                refused("unsupported_type", client.get, self.name(name))

    def check_not_found(self):
        with self.connect() as client:
            refused("not_found", client.get, self.name("nothing.png"))
            refused("not_found", client.call, "stat", filename=self.name("nothing.png"))

    def check_exists_with_same_false(self):
        image, name = png(), self.name("taken.png")
        with self.connect() as client:
            client.put(name, image)
            other = png()
            for reply in (refused("exists", client.put, name, other), refused("exists", client.begin, name, other, secrets.token_hex(16))):
                equal((False, name, False), (reply["same"], reply["filename"], reply["retry"]))
            equal(image, client.get(name)[1])

    def check_wrong_digest(self):
        image, name = png(), self.name("digest.png")
        with self.connect() as client:
            equal(True, refused("wrong_digest", client.call, "put", image, filename=name, sha256=digest(image + b"x"))["retry"])
            refused("not_found", client.get, name)
            equal(digest(image), client.put(name, image)["sha256"])

    def check_not_an_image(self):
        image, name = png(30, 30), self.name("broken.png")
        with self.connect() as client:
            for data in (b"GIF89a and so on", image[:-1], image[:40], image[:60] + bytes([image[60] ^ 1]) + image[61:], b"\xff\xd8\xff"):
                refused("not_an_image", client.call, "put", data, filename=name, sha256=digest(data))
                refused("not_found", client.get, name)
            token, data = secrets.token_hex(16), image[:-4]
            refused("not_an_image", client.upload, name, data, token)
            equal(digest(image), client.put(name, image)["sha256"])

    def check_empty(self):
        with self.connect() as client:
            refused("empty", client.call, "put", b"", filename=self.name("empty.png"), sha256=digest(b""))
            refused("empty", client.call, "begin", filename=self.name("empty.png"), length=0, upload=secrets.token_hex(16))
            equal("on ACK", client.call("say", text="on")[0]["text"])

    def check_bodies_beyond_the_limits_end_the_connection(self):
        for type, limit in (("put", "put"), ("append", "piece"), ("frobnicate", "piece")):
            with self.connect() as client:
                size = client.limits[limit] + 1
                head = b'{"type":"%s","id":1,"filename":"big.png","sha256":"%s","upload":"%s","offset":0,"size":%d}'
                client.send_head(head % (type.encode(), digest(b"").encode(), secrets.token_hex(16).encode(), size), b"\0" * 1000)
                equal(size - 1, refused("too_large", client.receive)["limit"])
                closed(client)
        with self.connect() as client:
            length = client.call("begin", filename=self.name("huge.png"), length=1, upload=secrets.token_hex(16))[0]
            assert length["offset"] == 0
            refused("too_large", client.call, "begin", filename=self.name("huge.png"), length=2**53 - 1, upload=secrets.token_hex(16))
            equal("on ACK", client.call("say", text="on")[0]["text"])

    def check_an_unsupported_protocol_is_told_the_versions(self):
        with self.connect(hello=False) as client:
            reply = refused("unsupported_protocol", client.call, "hello", protocol=99)
            equal([1], reply["versions"])
            closed(client)

    def check_a_token_without_users_is_refused(self):
        with self.connect(hello=False) as client:
            refused("bad_token", client.call, "hello", protocol=1, token="no-such-token")
            closed(client)

    def check_pending_replies_come_before_the_end(self):
        with self.connect() as client:
            for i in range(5):
                client.send("say", text=str(i))
            client.socket.shutdown(1)
            for i in range(5):
                equal(f"{i} ACK", client.receive()[0]["text"])
            closed(client)

    def check_an_interrupted_put_leaves_nothing(self):
        image, name = png(40, 40), self.name("interrupted.png")
        for end in (0, 1, len(image) // 2, len(image) - 1):
            with self.connect() as client:
                head = b'{"type":"put","filename":"%s","sha256":"%s","size":%d}' % (name.encode(), digest(image).encode(), len(image))
                client.socket.sendall(struct.pack(">H", len(head)) + head + image[:end])
        with self.connect() as client:
            refused("not_found", client.get, name)
            client.put(name, image)
