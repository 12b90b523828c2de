"""
A long line: a relay on loopback that passes on every byte later than it came, and only so many in a second. The kernel could do that (`tc netem`), but needs a module
and an administrator for it. `python3 -m wirephoto_bench.line PORT TARGET MILLISECONDS MEGABITS`, of a round trip and in a second.
"""

import collections
import contextlib
import socket
import sys
import threading
import time

PIECE = 64 << 10


class Direction:
    """One way of the line, shared by all its connections."""

    def __init__(self, delay, rate):
        self.delay, self.rate = delay, rate
        self.lock, self.busy_until = threading.Lock(), 0.0

    def reserve(self, count):
        """Takes the time that so many bytes need; returns when they have left. They arrive a delay later."""
        with self.lock:
            self.busy_until = max(self.busy_until, time.monotonic()) + count / self.rate
            return self.busy_until


class Pipe:
    """One way of one connection. As much is under way as fits into the line, and a little more."""

    def __init__(self, source, target, direction):
        self.source, self.target, self.direction = source, target, direction
        self.changed, self.pieces, self.held = threading.Condition(), collections.deque(), 0
        self.most = int(direction.rate * direction.delay) + (1 << 20)
        for work in (self.receive, self.forward):
            threading.Thread(target=work, daemon=True).start()

    def receive(self):
        while True:
            try:
                piece = self.source.recv(PIECE)
            except OSError:
                piece = b""
            left = self.direction.reserve(len(piece))
            with self.changed:
                self.changed.wait_for(lambda: self.held < self.most)
                self.pieces.append((left + self.direction.delay, piece))
                self.held += len(piece)
                self.changed.notify_all()
            if not piece:
                return

    def forward(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.pieces)
                due, piece = self.pieces.popleft()
            time.sleep(max(0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                self.target.sendall(piece) if piece else self.target.shutdown(socket.SHUT_WR)
            if not piece:
                return
            with self.changed:
                self.held -= len(piece)
                self.changed.notify_all()


def main():
    port, target, milliseconds, megabits = map(int, sys.argv[1:])
    up, down = (Direction(milliseconds / 2000, megabits * 125_000) for _ in range(2))
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", target))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Pipe(near, far, up)
            Pipe(far, near, down)


if __name__ == "__main__":
    main()
