"""The frozen vectors of spec/vectors, sent to the server one by one."""
import json
import os

from images import png
from subject import Subject, closed, equal, refused
from wirephoto_client import WirephotoError, digest

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec", "vectors")


def vectors(kind):
    for file in sorted(os.listdir(os.path.join(FOLDER, kind))):
        with open(os.path.join(FOLDER, kind, file), encoding="utf-8", newline="\n") as opened:
            header, _, wrapped = opened.read().partition("hex:\n")
        yield dict(line.split(": ", 1) for line in header.rstrip("\n").split("\n")), bytes.fromhex(wrapped)


class Checks(Subject):
    def outcome(self, raw, hello=False):
        """The word that answers these bytes, and whether the connection goes on behind them."""
        with self.connect(hello=hello) as client:
            client.socket.sendall(raw)
            try:
                client.receive()
                word = "ok"
            except WirephotoError as error:
                word = error.word
            if word in ("bad_head", "unsupported_protocol", "bad_token"):
                closed(client)
            else:
                equal("on ACK", client.call("say", text="on")[0]["text"])
            return word

    def check_heads_of_the_vectors(self):
        count = 0
        for header, raw in vectors("head"):
            # A head that keeps the rules for heads is no request yet. Behind a hello, so that broken ones are known as native.
            word = self.outcome(raw, hello=True)
            assert (word == "bad_head") == (header["expect"] == "bad_head"), f"{header['name']}: {word}"
            count += 1
        return f"{count} vectors"

    def check_refused_requests_of_the_vectors(self):
        count = 0
        for header, raw in vectors("request"):
            if header["expect"] != "ok":
                word = self.outcome(raw)
                assert word == header["expect"], f"{header['name']}: {word}"
                count += 1
        return f"{count} vectors"

    def check_names_of_the_vectors(self):
        count = 0
        with self.connect() as client:
            for header, _ in vectors("name"):
                name = json.loads(header["text"])
                if any(0xD800 <= ord(character) <= 0xDFFF for character in name):
                    continue  # half a character makes a bad head
                try:
                    client.call("stat", filename=name)
                    word = "ok"
                except WirephotoError as error:
                    word = error.word
                expected = ("ok", "not_found") if header["expect"] == "ok" else (header["expect"],)
                assert word in expected, f"{header['name']}: {word}"
                count += 1
        return f"{count} vectors"

    def check_twins_of_the_vectors_are_one_name(self):
        keys, image = {}, png()
        for header, _ in vectors("name"):
            name = json.loads(header["text"])
            if header["expect"] == "ok" and "/" not in name and name.lower().endswith(".png"):
                keys.setdefault(json.loads(header["key"]), []).append(name)
        with self.connect() as client:
            for spellings in keys.values():
                first, *twins = [self.name("twins/" + spelling) for spelling in spellings]
                equal(first, client.call("put", image, filename=first, sha256=digest(image))[0]["filename"])
                for twin in twins:
                    equal(first, refused("exists", client.call, "put", image, filename=twin, sha256=digest(image))["filename"])
        names = sum(map(len, keys.values()))
        assert names > len(keys) > 5, "the vectors have twins"
        return f"{names} names, {len(keys)} images"
