"""The command: prepares the pictures and the programs, runs the works in alternating rounds, prints and writes the table."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile

from . import peers, pictures, report, works


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Wirephoto against rsync, nginx and sftp on the same work.")
    parser.add_argument("work", nargs="*", metavar="WORK", choices=[*works.ALL, []], help=f"what to measure (default: all of {', '.join(works.ALL)})")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds of each work (default 5)")
    parser.add_argument("--big", type=int, default=1024, metavar="MIB", help="size of the one large image (default 1024)")
    parser.add_argument("--count", type=int, default=5000, help="how many small images (default 5000)")
    parser.add_argument("--small", type=int, default=100_000, metavar="BYTES", help="size of a small image (default 100000)")
    parser.add_argument("--names", type=int, default=100_000, help="names in the long list (default 100000)")
    parser.add_argument("--jobs", type=int, default=4, help="connections for many small images (default 4)")
    parser.add_argument("--memory", default="/dev/shm", metavar="DIR", help="where folders in memory are made (default /dev/shm)")
    parser.add_argument("--disk", default=".", metavar="DIR", help="where folders on a disk are made (default: here)")
    parser.add_argument("--output", metavar="FILE", help="also write the table there")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio that must hold does not")
    return parser.parse_args()


class Bench:
    """The folders and the programs of one run. Programs are started when the first work needs them."""

    def __init__(self, options, folder, disk):
        self.folder, self.disk, self.jobs = folder, disk, options.jobs
        self.big, self.count, self.small, self.names = options.big << 20, options.count, options.small, options.names
        # Folders of many images: how many, and the bytes of each. Photos are as a camera makes them, tiles as a microscope does.
        self.many = {"small": (self.count, self.small), "thumbs": (1000, self.small), "tiles": (5000, 10_000), "photos": (24, 8_000_000)}
        self.logs = f"{disk}/logs"
        self.source = f"{folder}/source"
        self.load = [str(peers.LOAD)]
        self.services = {}
        for path in (self.logs, self.source, f"{folder}/theirs", f"{disk}/theirs", f"{disk}/ours"):
            os.mkdir(path)
        pictures.make(self.source, self.big, self.many)
        # The names under which they are put, and put again: their own are taken.
        os.link(f"{self.source}/big.png", f"{folder}/new.png")
        for images in self.many:
            for name in ("new", "again"):
                os.symlink(f"{self.source}/{images}", f"{folder}/{name}-{images}")

    def peer(self, key, kind, subject):
        if key not in self.services:
            self.services[key] = kind(subject, self.logs)
            self.services[key].service.settle()
        return self.services[key]

    wirephoto = property(lambda self: self.peer("wirephoto", peers.Wirephoto, self.source))
    wirephoto_disk = property(lambda self: self.peer("wirephoto disk", peers.Wirephoto, f"{self.disk}/ours"))
    rsync = property(lambda self: self.peer("rsync", peers.Rsync, self.source))
    rsync_in = property(lambda self: self.peer("rsync in", peers.Rsync, f"{self.folder}/theirs"))
    rsync_disk = property(lambda self: self.peer("rsync disk", peers.Rsync, f"{self.disk}/theirs"))
    rsync_many = property(lambda self: self.peer("rsync many", peers.Rsync, f"{self.folder}/listed"))
    nginx_tls = property(lambda self: self.peer("nginx tls", peers.NginxTls, self.source))
    nginx_tls_in = property(lambda self: self.peer("nginx tls in", peers.NginxTls, f"{self.folder}/theirs"))
    bare_tls = property(lambda self: self.peer("bare tls", peers.BareTls, f"{self.folder}/theirs"))
    nginx = property(lambda self: self.peer("nginx", peers.Nginx, self.source))
    sftp = property(lambda self: self.peer("sftp", peers.Sftp, self.source))

    @staticmethod
    def where(far):
        """What the title of a work says of the line."""
        return f", {peers.Line.MILLISECONDS} ms and {peers.Line.MEGABITS} Mbit/s away" if far else ""

    def port_of(self, peer, far):
        """Where to connect to: the program itself, or a long line to it."""
        return self.peer(f"line to {peer.port}", peers.Line, peer.port).port if far else peer.port

    @property
    def wirephoto_many(self):
        """A server whose folder holds many names of one small image; its list is whole from the start."""
        many = f"{self.folder}/listed/many"
        if not os.path.isdir(many):
            os.makedirs(many)
            image = os.path.join(self.folder, "tiny.png")
            pictures.write_png(image, 4096, os.urandom(1 << 16))
            for number in range(self.names):
                os.link(image, f"{many}/image_{number:06}.png")
        return self.peer("wirephoto many", peers.Wirephoto, f"{self.folder}/listed")

    def stop(self):
        for peer in self.services.values():
            peer.service.stop()


# Runs of ours that are not counted.
WARM = 4


def measure(work, rounds):
    # Files are in memory afterwards. A server that was only just started has its hot methods compiled by then, as one that has run for some seconds.
    for contender in work.contenders:
        for _ in range(WARM if contender.name.startswith("wirephoto") else 1):
            contender.once()

    results = [[] for _ in work.contenders]
    for _ in range(rounds):
        for contender, runs in zip(work.contenders, results):
            runs.append(contender.once())
    return results


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="wirephoto-bench-", dir=options.memory)
    disk = tempfile.mkdtemp(prefix=".wirephoto-bench-", dir=options.disk)
    bench, table, missed = None, [], []
    try:
        bench = Bench(options, folder, os.path.abspath(disk))
        for name in options.work or works.ALL:
            work = works.ALL[name](bench)
            results = measure(work, options.rounds)
            rows = list(report.rows(work, results))
            table += rows
            missed += report.misses(work, results)
            print(report.markdown(rows), flush=True)
    finally:
        if bench:
            bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(disk, ignore_errors=True)

    text = "\n".join([*(f"- {line}" for line in report.versions()), "", report.markdown(table), ""])
    print(f"\n{text}")
    if options.output:
        pathlib.Path(options.output).write_text(text)
    for miss in missed:
        print(f"missed: {miss}")
    return 1 if missed and options.check else 0


sys.exit(main())
