"""begin, append, commit, abort: interrupted, resumed, repeated, taken over."""
import secrets

from images import big_png, png
from subject import Subject, cut, equal, refused
from wirephoto_client import digest


class Checks(Subject):
    def interrupt(self, name, image, token, cut_at):
        """Appends one piece, and loses the connection in the middle of the next."""
        piece = 1 << 20
        client = self.open()
        equal(0, client.begin(name, image, token)["offset"])
        client.call("append", image[:piece], upload=token, offset=0)
        client.send_head(b'{"type":"append","upload":"%s","offset":%d,"size":%d}' % (token.encode(), piece, 4 << 20), image[piece:cut_at])
        client.close()

    def resume(self, name, image, token, at_least):
        with self.connect() as client:

            begun = client.begin(name, image, token)
            offset = begun["offset"]
            assert at_least <= offset < len(image), f"resumed at {offset}"
            equal(digest(image[:offset]), begun["prefix_sha256"])
            receipt = client.upload(name, image, token)
            equal((name, digest(image), len(image)), (receipt["filename"], receipt["sha256"], receipt["length"]))
            equal(image, client.get(name)[1])
            return f"at {offset} of {len(image)}"

    def check_resume_an_upload_that_was_cut_in_the_middle_of_an_append(self):
        image, name, token = big_png(6), self.name("resume.png"), secrets.token_hex(16)
        self.interrupt(name, image, token, 3 << 20)
        with self.connect() as client:
            refused("not_found", client.get, name)
            equal([], [e for e in client.list(self.folder) if e.get("filename") == name])
        return self.resume(name, image, token, 1 << 20)

    def check_resume_by_name_and_digest_with_another_token(self):
        image, name, token = big_png(6), self.name("resume-other.png"), secrets.token_hex(16)
        self.interrupt(name, image, token, 2 << 20)
        other = secrets.token_hex(16)
        note = self.resume(name, image, other, 1 << 20)
        with self.connect() as client:
            refused("unknown_upload", client.call, "commit", upload=token, sha256=digest(image))
        return note

    def check_another_image_of_the_same_name_is_an_upload_of_its_own(self):
        image, name, token = big_png(5), self.name("own.png"), secrets.token_hex(16)
        self.interrupt(name, image, token, 2 << 20)
        with self.connect() as client:
            equal(0, client.begin(name, big_png(5), secrets.token_hex(16))["offset"])
        self.resume(name, image, token, 1 << 20)

    def check_begin_append_and_commit_in_one_flight(self):
        image, name, token = png(30, 30), self.name("flight.png"), secrets.token_hex(16)
        with self.connect() as client:
            client.send("begin", filename=name, length=len(image), upload=token)
            client.send("append", image, upload=token, offset=0)
            client.send("commit", upload=token, sha256=digest(image))
            equal(0, client.receive()[0]["offset"])
            client.receive()
            equal(digest(image), client.receive()[0]["sha256"])

    def check_a_put_whose_receipt_was_lost_is_repeated(self):
        image, name = png(), self.name("lost-put.png")
        client = self.open()
        client.send("put", image, filename=name, sha256=digest(image))
        client.read(1)  # it is stored, and the rest of the receipt is lost
        cut(client)
        with self.connect() as client:
            reply = refused("exists", client.call, "put", image, filename=name, sha256=digest(image))
            equal((True, name), (reply["same"], reply["filename"]))
            equal(True, client.put(name, image)["same"])
            reply = refused("exists", client.call, "begin", filename=name, length=len(image), upload=secrets.token_hex(16), sha256=digest(image))
            equal(True, reply["same"])
            reply = refused("exists", client.call, "begin", filename=name, length=len(image), upload=secrets.token_hex(16))
            assert "same" not in reply, "same needs a digest"

    def check_a_commit_whose_receipt_was_lost_is_repeated(self):
        image, name, token = png(9, 9), self.name("lost-commit.png"), secrets.token_hex(16)
        with self.connect() as client:
            receipt = client.upload(name, image, token)
            again = client.call("commit", upload=token, sha256=digest(image))[0]
        with self.connect() as client:
            third = client.call("commit", upload=token, sha256=digest(image))[0]
            begun = client.begin(name, image, token)
            equal((len(image), digest(image), True), (begun["offset"], begun["prefix_sha256"], begun["committed"]))
            fourth = client.call("commit", upload=token, sha256=digest(image))[0]
        for repeated in (again, third, fourth):
            equal({k: v for k, v in receipt.items() if k != "id"}, {k: v for k, v in repeated.items() if k != "id"})

    def check_a_newer_connection_takes_an_upload_over(self):
        image, name, token = png(100, 100), self.name("fence.png"), secrets.token_hex(16)
        with self.connect() as older, self.connect() as newer:
            older.begin(name, image, token)
            older.call("append", image[:1000], upload=token, offset=0)
            equal(1000, newer.begin(name, image, token)["offset"])
            refused("taken_over", older.call, "append", image[1000:2000], upload=token, offset=1000)
            equal(digest(image), newer.upload(name, image, token)["sha256"])
            equal("still here ACK", older.call("say", text="still here")[0]["text"])
            equal(image, older.get(name)[1])

    def check_append_and_commit_need_their_offsets(self):
        image, name, token = png(60, 60), self.name("offsets.png"), secrets.token_hex(16)
        with self.connect() as client:
            client.begin(name, image, token)
            equal(0, refused("wrong_offset", client.call, "append", image[5:9], upload=token, offset=5)["offset"])
            client.call("append", image[:100], upload=token, offset=0)
            equal(100, refused("wrong_offset", client.call, "append", image[:100], upload=token, offset=0)["offset"])
            equal(100, refused("wrong_offset", client.call, "commit", upload=token, sha256=digest(image))["offset"])
            refused("too_large", client.call, "append", image[100:] + b"x", upload=token, offset=100)
            client.call("append", b"", upload=token, offset=100)
            client.call("append", image[100:], upload=token, offset=100)
            equal(digest(image), client.call("commit", upload=token, sha256=digest(image))[0]["sha256"])

    def check_an_upload_belongs_to_the_connection_that_began(self):
        image, token = png(), secrets.token_hex(16)
        with self.connect() as client, self.connect() as other:
            client.begin(self.name("belongs.png"), image, token)
            refused("unknown_upload", other.call, "append", image, upload=token, offset=0)
            refused("unknown_upload", other.call, "commit", upload=token, sha256=digest(image))
            refused("unknown_upload", other.call, "abort", upload=token)
            client.upload(self.name("belongs.png"), image, token)

    def check_a_known_token_is_for_one_image_only(self):
        image, name, token = png(), self.name("conflict.png"), secrets.token_hex(16)
        with self.connect() as client, self.connect() as other:
            client.begin(name, image, token)
            client.call("append", image[:20], upload=token, offset=0)
            refused("upload_conflict", other.call, "begin", filename=self.name("x.png"), length=len(image), upload=token, sha256=digest(image))
            refused("upload_conflict", other.call, "begin", filename=name, length=len(image) + 1, upload=token, sha256=digest(image))
            refused("upload_conflict", other.call, "begin", filename=name, length=len(image), upload=token, sha256=digest(b""))
            client.call("append", image[20:], upload=token, offset=20)
            client.call("commit", upload=token, sha256=digest(image))

    def check_abort_forgets(self):
        image, name, token = png(60, 60), self.name("abort.png"), secrets.token_hex(16)
        with self.connect() as client:
            client.begin(name, image, token)
            client.call("append", image[:500], upload=token, offset=0)
            equal({"status", "id"}, set(client.call("abort", upload=token)[0]))
            refused("unknown_upload", client.call, "append", image[500:], upload=token, offset=500)
            refused("unknown_upload", client.call, "abort", upload=token)
            equal(0, client.begin(name, image, token)["offset"])

    def check_a_poisoned_prefix_is_never_resumed(self):
        # Two images of one length: the bytes of one arrive under the digest of the other.
        image, other, name, token = png(60, 60, level=0), png(60, 60, level=0), self.name("poison.png"), secrets.token_hex(16)
        with self.connect() as client:
            client.begin(name, image, token)
            client.call("append", other, upload=token, offset=0)
            refused("wrong_digest", client.call, "commit", upload=token, sha256=digest(image))
            equal(0, client.begin(name, image, token)["offset"])
            equal(digest(image), client.upload(name, image, token)["sha256"])

    def check_of_two_uploads_for_one_name_one_wins(self):
        one, two, name = png(20, 20), png(20, 20), self.name("race.png")
        tokens = secrets.token_hex(16), secrets.token_hex(16)
        with self.connect() as first, self.connect() as second:
            for client, image, token in ((first, one, tokens[0]), (second, two, tokens[1])):
                client.begin(name, image, token)
                client.call("append", image, upload=token, offset=0)
            equal(digest(two), second.call("commit", upload=tokens[1], sha256=digest(two))[0]["sha256"])
            equal(False, refused("exists", first.call, "commit", upload=tokens[0], sha256=digest(one))["same"])
            equal(two, first.get(name)[1])
