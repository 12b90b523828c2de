"""hello, put, get, list, stat, have, status, say, delete."""
import os
import secrets

from images import big_png, png
from subject import Subject, equal, refused
from wirephoto_client import digest


class Checks(Subject):
    def check_hello(self):
        with self.connect(hello=False) as client:
            reply, _ = client.call("hello", protocol=1, client="checks")
            equal(1, reply["protocol"])
            assert reply["server"] and reply["name"] and isinstance(reply["features"], list)
            assert {"put", "piece", "length", "pipeline", "pixels", "list", "have"} <= set(reply["limits"])
            assert "png" in reply["types"]
            return reply["name"]

    def check_no_hello_is_needed(self):
        with self.connect(hello=False) as client:
            equal("hello there ACK", client.call("say", text="hello there")[0]["text"])

    def check_put_small_and_get(self):
        image, name = png(3, 2), self.name("small.png")
        with self.connect() as client:
            receipt = client.put(name, image, modified="2026-11-20T12:18:39.5Z")
            equal((name, len(image), digest(image), "png", 3, 2), tuple(receipt[k] for k in ("filename", "length", "sha256", "format", "width", "height")))
            assert receipt["stored"].endswith("Z")
            reply, data = client.get(name)
            equal(image, data)
            equal((0, len(image), len(image), digest(image)), tuple(reply[k] for k in ("offset", "size", "length", "sha256")))
            equal("2026-11-20T12:18:39.5Z", reply["modified"])

    def check_put_large_in_pieces_and_get(self):
        image, name = big_png(20), self.name("large.png")
        with self.connect() as client:
            assert len(image) > 2 * client.limits["piece"]
            equal(digest(image), client.put(name, image)["sha256"])
        with self.connect() as client:
            equal(image, client.get(name)[1])
            return f"{len(image)} bytes"

    def check_get_a_range(self):
        image, name = png(50, 50), self.name("range.png")
        length = len(image)
        with self.connect() as client:
            client.put(name, image)
            for offset, count in [(0, 1), (8, 100), (length - 1, 1), (length - 5, 100), (length, None), (length, 5), (10, 0), (7, None), (None, 12)]:
                reply, data = client.get(name, offset, count)
                begin = offset or 0
                equal(image[begin:] if count is None else image[begin:begin + count], data)
                equal((begin, length, digest(image)), (reply["offset"], reply["length"], reply["sha256"]))
            refused("bad_request", client.get, name, length + 1)
            equal(image, client.get(name)[1])

    def check_list_pages_and_folders(self):
        image, names = png(), [f"list/{last}" for last in ("B.png", "a.png", "ab.png", "é.png", "📷.png", "a/x.png", "a/b/y.png", "z/z.png")]
        with self.connect() as client:
            for name in names:
                client.put(self.name(name), image)
            top = self.name("list")
            everything = sorted((self.name(name) for name in names), key=str.encode)
            for limit in (None, 1, 2, 3, 1000, 10**9):
                equal(everything, [entry["filename"] for entry in client.list(top, True, limit)])
                flat = [entry.get("filename") or entry["folder"] + "/" for entry in client.list(top, False, limit)]
                equal(sorted([n for n in everything if "/" not in n[len(top) + 1:]] + [top + "/a/", top + "/z/"], key=str.encode), flat)
            page, entries = client.lines("list", folder=top + "/", limit=2)
            equal((2, 2), (page["count"], len(entries)))
            assert "next" in page
            assert all(entry["length"] == len(image) and entry["sha256"] == digest(image) for entry in client.list(top, True))
            equal([], list(client.list(self.name("nothing-here"))))
            assert {"folder": self.folder} in list(client.list())

    def check_stat(self):
        image, name = png(4, 5), self.name("Stat.png")
        with self.connect() as client:
            receipt = client.put(name, image)
            reply, _ = client.call("stat", filename=name)
            for member in ("filename", "length", "sha256", "format", "width", "height", "stored"):
                equal(receipt[member], reply[member])

    def check_the_same_name_in_another_spelling(self):
        image, name = png(), self.name("Caf\u00e9.PNG")
        with self.connect() as client:
            client.put(name, image)
            for twin in ("caf\u00e9.png", "CAFE\u0301.png", "Cafe\u0301.PNG"):
                equal(name, refused("exists", client.put, self.name(twin), png())["filename"])
                equal(name, client.call("stat", filename=self.name(twin))[0]["filename"])
                equal(image, client.get(self.name(twin))[1])

    def check_have(self):
        image, other = png(), digest(secrets.token_bytes(8))
        with self.connect() as client:
            client.put(self.name("have-1.png"), image)
            client.put(self.name("have-2.png"), image)
            _, lines = client.lines("have", sha256=[other, digest(image)])
            equal([{"sha256": other, "filenames": []}, {"sha256": digest(image), "filenames": [self.name("have-1.png"), self.name("have-2.png")]}], lines)
            equal([], client.lines("have", sha256=[])[1])

    def check_status(self):
        with self.connect() as client:
            reply, sessions = client.lines("status")
            assert reply["clients"] >= 1 and reply["max_clients"] >= 1 and reply["images"] >= 0 and reply["free"] > 0
            assert reply["started"] <= reply["now"]
            mine = [session for session in sessions if session["name"] == client.name]
            equal(1, len(mine))
            assert "end" not in mine[0] and mine[0]["address"].endswith(f":{client.socket.getsockname()[1]}")

    def check_say(self):
        with self.connect() as client:
            for text in ("hi", "", 'Grüße "写真" 📷 \\ \n\t\u0000', "x" * 8192):
                equal(text + " ACK", client.call("say", text=text)[0]["text"])

    def check_ids_are_given_back(self):
        with self.connect() as client:
            for given in ("0", "9007199254740991", '""', '"x"', '"' + "y" * 64 + '"'):
                client.send_head(b'{"type":"say","text":"t","id":%s}' % given.encode())
                reply, _ = client.receive()
                equal(given, str(reply["id"]) if isinstance(reply["id"], int) else f'"{reply["id"]}"')
            client.send_head(b'{"type":"say","text":"t"}')
            assert "id" not in client.receive()[0]

    def check_delete(self):
        image, name = png(), self.name("delete.png")
        with self.connect() as client:
            client.put(name, image)
            try:
                refused("changed", client.call, "delete", filename=name, sha256=digest(b""))
            except AssertionError as problem:
                if "forbidden" in str(problem):
                    return "not permitted to this client"
                raise
            refused("not_found", client.call, "delete", filename=self.name("DELETE.png"))
            equal({"status", "id"}, set(client.call("delete", filename=name, sha256=digest(image))[0]))
            refused("not_found", client.get, name)
            refused("not_found", client.call, "delete", filename=name)
            equal(digest(image), client.put(name, image)["sha256"])

    def check_pipelining_of_20_puts(self):
        images = [png(8, 8) for _ in range(20)]
        with self.connect() as client:
            for i, image in enumerate(images):
                client.send("put", image, filename=self.name(f"pipe-{i:02}.png"), sha256=digest(image))
            client.send("list", folder=self.folder, recursive=True)
            first = client.last_id - 20
            for i, image in enumerate(images):
                reply, _ = client.receive()
                equal((first + i, self.name(f"pipe-{i:02}.png"), digest(image)), (reply["id"], reply["filename"], reply["sha256"]))
            _, body = client.receive()
            equal(20, body.decode().count("/pipe-"))

    def check_a_bad_name_between_pipelined_puts_costs_only_itself(self):
        image = png()
        with self.connect() as client:
            for i in range(10):
                client.send("put", image, filename=self.name(f"between-{i}.png"), sha256=digest(image))
                client.send("put", image, filename="\ufffe.png", sha256=digest(image))
            for i in range(10):
                equal(self.name(f"between-{i}.png"), client.receive()[0]["filename"])
                refused("bad_name", client.receive)

    def check_the_corpus_comes_back(self):
        if not self.corpus:
            return "none given"
        count = 0
        with self.connect() as client:
            for kind in ("png", "jpeg"):
                for entry in sorted(os.scandir(os.path.join(self.corpus, kind)), key=lambda entry: entry.name):
                    if entry.is_file() and entry.name.lower().endswith((".png", ".jpg", ".jpeg")):
                        with open(entry.path, "rb") as file:
                            image = file.read()
                        name = self.name(f"corpus-{kind}/{entry.name}")
                        equal(digest(image), client.put(name, image)["sha256"])
                        assert client.get(name)[1] == image, entry.name
                        count += 1
        assert count > 0, "the corpus has no images"
        return f"{count} images"
