"""The work that is measured. Each work is a list of contenders, the first of them Wirephoto; a contender prepares, is timed, and cleans up."""

import contextlib
import os
import shutil

from . import processes


class Contender:
    """
    One program doing the work once. Only `command` is timed. What it made is gone afterwards, whoever it was: the next one gets that memory, and new memory
    can be much slower, on a virtual machine above all.
    """

    def __init__(self, name, command, service, before=None, after=None, cwd=None, check=None, must=None, aim=None, rate=None):
        self.name, self.command, self.service, self.cwd = name, command, service, cwd
        self.before, self.after, self.check, self.rate = before, after, check, rate
        # What the ratio of ours to this one must be at most, and should be.
        self.must, self.aim = must, aim

    def once(self):
        """Runs once; returns (seconds or rate, CPU seconds of both ends, peak MiB of the client, of the server)."""
        if self.before:
            self.before()
        self.service.reset_peak()
        server = self.service.cost()
        run = processes.run(self.command() if callable(self.command) else self.command, cwd=self.cwd)
        server = self.service.cost() - server
        peak = self.service.peak()
        if self.check:
            self.check()
        if self.after:
            self.after()
        return (self.rate(run.output) if self.rate else run.seconds), run.cpu + server, run.peak, peak


class Work:
    def __init__(self, title, contenders, higher_is_better=False, either=False):
        self.title, self.contenders, self.higher_is_better = title, contenders, higher_is_better
        # Whether it is enough that one of the ratios is what it must be.
        self.either = either


def empty(folder):
    def clear():
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
        os.mkdir(folder)
    return clear


def drop(*paths):
    def remove():
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    return remove


def same_size(copy, original):
    def check():
        if os.path.getsize(copy) != os.path.getsize(original):
            raise SystemExit(f"bench: {copy} is not whole")
    return check


def same_count(folder, count):
    def check():
        found = len(os.listdir(folder))
        if found != count:
            raise SystemExit(f"bench: {folder} holds {found} files, not {count}")
    return check


def get_big(bench):
    to = f"{bench.folder}/to"
    ours = bench.wirephoto
    common = dict(before=empty(to), check=same_size(f"{to}/big.png", f"{bench.source}/big.png"), after=drop(to))
    return Work(f"get one PNG of {bench.big >> 20} MiB", [
        Contender("wirephoto", ours.client("get", "big.png", "--to", to), ours.service, **common),
        Contender("rsync -W", ["rsync", "-W", bench.rsync.url("big.png"), f"{to}/"], bench.rsync.service, must=1.10, aim=0.95, **common),
        Contender("curl from nginx", ["curl", "-s", "-o", f"{to}/big.png", bench.nginx.url("big.png")], bench.nginx.service, must=1.20, aim=1.00, **common),
        Contender("sftp", bench.sftp.batch(f"get {bench.source}/big.png {to}/big.png"), bench.sftp.service, must=0.55, aim=0.45, **common),
    ])


def put_big(bench):
    ours, theirs = bench.wirephoto, f"{bench.folder}/theirs"

    def remove():
        processes.run(ours.client("delete", "new.png"))

    new = f"{bench.folder}/new.png"
    return Work(f"put one PNG of {bench.big >> 20} MiB", [
        Contender("wirephoto", ours.client("put", new), ours.service, check=same_size(f"{ours.folder}/new.png", new), after=remove),
        Contender("rsync -W", ["rsync", "-W", new, bench.rsync_in.url()], bench.rsync_in.service, must=1.60, aim=1.20,
                  check=same_size(f"{theirs}/new.png", new), after=empty(theirs)),
        Contender("sftp", bench.sftp.batch(f"put {new} {theirs}/new.png"), bench.sftp.service, must=0.55, aim=0.45,
                  check=same_size(f"{theirs}/new.png", new), after=empty(theirs)),
    ])


CURL = ["curl", "-s", "-f", "-k", "--tlsv1.3"]


def get_big_tls(bench):
    to = f"{bench.folder}/to"
    ours, theirs = bench.wirephoto, bench.nginx_tls
    common = dict(before=empty(to), check=same_size(f"{to}/big.png", f"{bench.source}/big.png"), after=drop(to))
    return Work(f"get one PNG of {bench.big >> 20} MiB, TLS 1.3", [
        Contender("wirephoto", ours.client_tls("get", "big.png", "--to", to), ours.service, **common),
        Contender("curl from nginx", [*CURL, "-o", f"{to}/big.png", theirs.url("big.png")], theirs.service, must=1.30, aim=1.00, **common),
    ])


def put_big_tls(bench):
    ours, theirs, bare = bench.wirephoto, bench.nginx_tls_in, bench.bare_tls
    new = f"{bench.folder}/new.png"

    def remove():
        processes.run(ours.client("delete", "new.png"))

    return Work(f"put one PNG of {bench.big >> 20} MiB, TLS 1.3", [
        Contender("wirephoto", ours.client_tls("put", new), ours.service, check=same_size(f"{ours.folder}/new.png", new), after=remove),
        Contender("curl to nginx", [*CURL, "-T", new, theirs.url("new.png")], theirs.service, must=1.30, aim=1.00,
                  check=same_size(f"{theirs.folder}/new.png", new), after=drop(f"{theirs.folder}/new.png")),
        Contender("bare SslStream and SHA-256", bare.send(new), bare.service, check=same_size(bare.file, new), after=drop(bare.file), rate=float),
    ])


def delete_all(ours, folder):
    names = [f"{folder}/{image}" for image in os.listdir(f"{ours.folder}/{folder}")]
    for start in range(0, len(names), 1000):
        processes.run(ours.client("delete", *names[start:start + 1000]))


def images(bench, folder, far):
    count, size = bench.many[folder]
    size = f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} kB"
    return f"{count:,} PNG of {size}{bench.where(far)}"


def put_many(bench, folder, jobs=1, far=False, again=False, **goals):
    """A folder of images under a name that is not taken; or again and again, as after an interruption: all are there but the first time, which is not counted."""
    ours, theirs, name = bench.wirephoto, bench.rsync_in, f"{'again' if again else 'new'}-{folder}"
    count, _ = bench.many[folder]
    return Work(f"put {images(bench, folder, far)}{', again' if again else ''}", [
        Contender("wirephoto", ours.client("put", name, "-r", "--jobs", str(jobs), port=bench.port_of(ours, far)), ours.service, cwd=bench.folder,
                  check=same_count(f"{ours.folder}/{name}", count), after=None if again else lambda: delete_all(ours, name)),
        Contender("rsync -a -W", ["rsync", "-a", "-W", f"{bench.source}/{folder}/", theirs.url(f"{name}/", port=bench.port_of(theirs, far))], theirs.service,
                  check=same_count(f"{theirs.folder}/{name}", count), after=None if again else empty(theirs.folder), **goals),
    ])


def get_many(bench, folder, jobs=1, far=False, again=False, **goals):
    """Into an empty folder; or again and again into the same one."""
    ours, theirs = bench.wirephoto, bench.rsync
    to = {peer: f"{bench.folder}/to-{peer.name}" for peer in (ours, theirs)}

    def common(peer):
        made = dict(before=lambda: os.makedirs(to[peer], exist_ok=True)) if again else dict(before=empty(to[peer]), after=drop(to[peer]))
        return dict(check=same_count(f"{to[peer]}/{folder}", bench.many[folder][0]), **made)

    return Work(f"get {images(bench, folder, far)}{', again' if again else ''}", [
        Contender("wirephoto", ours.client("get", f"{folder}/", "--to", to[ours], "--jobs", str(jobs), port=bench.port_of(ours, far)), ours.service, **common(ours)),
        Contender("rsync -a -W", ["rsync", "-a", "-W", theirs.url(f"{folder}/", port=bench.port_of(theirs, far)), f"{to[theirs]}/{folder}/"], theirs.service,
                  **common(theirs), **goals),
    ])


def put_small(bench):
    return put_many(bench, "small", bench.jobs, must=1.30, aim=0.95)


def get_small(bench):
    return get_many(bench, "small", bench.jobs, must=1.20, aim=0.90)


# Over a long line with one connection each, as rsync has.
def put_far(bench):
    return put_many(bench, "photos", far=True)


def get_far(bench):
    return get_many(bench, "photos", far=True)


def put_far_small(bench):
    return put_many(bench, "thumbs", far=True)


def get_far_small(bench):
    return get_many(bench, "thumbs", far=True)


def put_far_tiny(bench):
    return put_many(bench, "tiles", far=True)


def get_far_tiny(bench):
    return get_many(bench, "tiles", far=True)


def put_far_again(bench):
    return put_many(bench, "tiles", far=True, again=True)


def get_far_again(bench):
    return get_many(bench, "tiles", far=True, again=True)


def durable(bench):
    """On the disk of the working folder, not on tmpfs: every image is flushed before its receipt."""
    ours, theirs = bench.wirephoto_disk, f"{bench.disk}/theirs"

    def remove():
        delete_all(ours, "new-small")
        os.sync()

    def clear():
        empty(theirs)()
        os.sync()

    return Work(f"put {bench.count:,} PNG of {bench.small // 1000} kB, durable, on a disk", [
        Contender("wirephoto", ours.client("put", "new-small", "-r", "--jobs", "8"), ours.service, cwd=bench.folder, before=os.sync,
                  check=same_count(f"{ours.folder}/new-small", bench.count), after=remove),
        Contender("rsync -a -W --fsync", ["rsync", "-a", "-W", "--fsync", f"{bench.source}/small/", bench.rsync_disk.url("new/")], bench.rsync_disk.service,
                  before=os.sync, check=same_count(f"{theirs}/new", bench.count), after=clear, must=0.80, aim=0.50),
        Contender("write+fsync+link, 8 threads", [*bench.load, "link", f"{bench.source}/small", f"{theirs}/new", "8"], bench.rsync_disk.service,
                  before=os.sync, check=same_count(f"{theirs}/new", bench.count), after=clear, must=1.15, aim=1.0),
    ], either=True)


def request_rate(bench):
    ours = bench.wirephoto
    name = f"small/{sorted(os.listdir(f'{bench.source}/small'))[0]}"
    return Work(f"requests per second, get of {bench.small // 1000} kB, 64 connections", [
        Contender("wirephoto", [*bench.load, "get", str(ours.port), name, "64", "5"], ours.service, rate=float),
        Contender("wrk on nginx", ["wrk", "-t1", "-c64", "-d5s", bench.nginx.url(name)], bench.nginx.service, must=0.50, aim=0.80,
                  rate=lambda text: float(text.split("Requests/sec:")[1].split()[0])),
    ], higher_is_better=True)


def one_get(bench):
    to = f"{bench.folder}/to"
    ours = bench.wirephoto
    name = sorted(os.listdir(f"{bench.source}/small"))[0]
    return Work("one get of a small image, the whole client process", [
        Contender("wirephoto", ours.client("get", f"small/{name}", "--to", to), ours.service, before=empty(to), after=drop(to)),
        Contender("sftp", bench.sftp.batch(f"get {bench.source}/small/{name} {to}/{name}"), bench.sftp.service, must=0.6, aim=0.3, before=empty(to), after=drop(to)),
    ])


def list_names(bench, far=False, **goals):
    ours, theirs = bench.wirephoto_many, bench.rsync_many
    return Work(f"list {bench.names:,} names{bench.where(far)}", [
        Contender("wirephoto", ours.client("list", "many", port=bench.port_of(ours, far)), ours.service),
        Contender("rsync --list-only", ["rsync", "--list-only", theirs.url("many/", port=bench.port_of(theirs, far))], theirs.service, **goals),
    ])


def list_many(bench):
    return list_names(bench, must=1.0, aim=0.5)


def list_far(bench):
    return list_names(bench, far=True)


def cores(bench, title, request, **common):
    """The same work with all cores and with one that both ends share."""
    service, client = bench.wirephoto.service, bench.wirephoto.client(*request)
    before, after = common.pop("before", lambda: None), common.pop("after", lambda: None)

    def alone():
        before()
        service.pin("0")

    def together():
        service.pin(f"0-{os.cpu_count() - 1}")
        after()

    return Work(f"{title}, {os.cpu_count()} cores", [
        Contender("wirephoto", client, service, before=before, after=after, **common),
        Contender("one core for both ends", ["taskset", "-c", "0", *client], service, before=alone, after=together, **common),
    ])


def put_small_cores(bench):
    small = put_small(bench).contenders[0]
    return cores(bench, f"put {bench.count:,} PNG of {bench.small // 1000} kB", ("put", "new-small", "-r", "--jobs", str(bench.jobs)), cwd=bench.folder, check=small.check, after=small.after)


def get_big_cores(bench):
    big = get_big(bench).contenders[0]
    return cores(bench, f"get one PNG of {bench.big >> 20} MiB", ("get", "big.png", "--to", f"{bench.folder}/to"), before=big.before, check=big.check, after=big.after)


def idle(bench):
    ours = bench.wirephoto
    name = f"small/{sorted(os.listdir(f'{bench.source}/small'))[0]}"
    load = [*bench.load, "latency", str(ours.port), name, "5000"]
    return Work(f"99 of 100 gets of {bench.small // 1000} kB are done within", [
        Contender("wirephoto, 10,000 other connections", [*load, "10000"], ours.service, rate=float),
        Contender("no other connections", [*load, "0"], ours.service, rate=float),
    ])


ALL = {work.__name__.replace("_", "-"): work for work in (get_big, put_big, get_big_tls, put_big_tls, put_small, get_small, put_far, get_far, put_far_small,
    get_far_small, put_far_tiny, get_far_tiny, put_far_again, get_far_again, durable, request_rate, one_get, list_many, list_far, put_small_cores, get_big_cores, idle)}
