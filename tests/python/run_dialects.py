"""Runs the clients of the older dialects against a running Wirephoto server: python3 run_dialects.py HOST PORT [--session-port N]

Each dialect_*.py beside this file is one client, written from the bytes in dialects.md and nothing else. It has `name`, and
`checks`: pairs of an operation and a function of a Server, which may return a note. The server's folder must be empty: operations
called "empty store" run first. Then the dialects run at the same time, each its checks in order; a dialect whose port is not given
(`needs_session_port`) is left out. What a dialect calls `mixed` then runs many times at once with that of all others and with native clients. The table at the end has a row for each operation of each dialect; exit code 0 when all passed.
"""
import argparse
import importlib
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from dialect_socket import Server, equal, fresh
from images import png
from wirephoto_client import Client

name = "all"
EMPTY = "empty store"
ROUNDS = 15


def modules():
    here = os.path.dirname(os.path.abspath(__file__))
    names = sorted(file[:-3] for file in os.listdir(here) if file.startswith("dialect_d") and file.endswith(".py"))
    return [importlib.import_module(name) for name in names]


def run(module, server, operations):
    return [attempt(module, operation, function, server) for operation, function in operations]


def attempt(module, operation, function, server):
    start = time.monotonic()
    try:
        note, result = function(server) or "", "ok"
    except Exception as problem:  # each check stands alone: the rest still says something
        where = [frame for frame in traceback.extract_tb(problem.__traceback__) if os.path.basename(frame.filename).startswith("dialect_d")]
        note, result = f"{type(problem).__name__}: {problem} [line {where[0].lineno if where else '?'}]", "FAIL"
    return module.name, operation, result, f"{time.monotonic() - start:.1f} s", note


def native(server):
    """What a client of today does meanwhile."""
    image, data = fresh("native"), png(30, 30)
    with closing(Client(server.host, server.port)) as client:
        client.put(image, data)
        equal(data, client.get(image)[1])


def mix(used, server):
    """All dialects at once, and native clients among them."""
    players = [native, *(module.mixed for module in used if hasattr(module, "mixed"))]
    with ThreadPoolExecutor(max_workers=2 * len(players)) as pool:
        for done in [pool.submit(player, server) for _ in range(ROUNDS) for player in players]:
            done.result()
    return f"{ROUNDS} rounds of {len(players)} at once"


def table(rows):
    rows = [("dialect", "operation", "result", "time", "note"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[4]]).rstrip(), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Runs clients of the older dialects against a running Wirephoto server.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--session-port", type=int)
    options = parser.parse_args()

    server = Server(options.host, options.port, options.session_port)
    used = [module for module in modules() if options.session_port or not getattr(module, "needs_session_port", False)]
    rows = [row for module in used for row in run(module, server, [check for check in module.checks if check[0] == EMPTY])]
    with ThreadPoolExecutor(max_workers=len(used)) as pool:
        running = [pool.submit(run, module, server, [check for check in module.checks if check[0] != EMPTY]) for module in used]
        rows += [row for done in running for row in done.result()]
    rows.append(attempt(sys.modules[__name__], "mix", lambda subject: mix(used, subject), server))
    table(sorted(rows, key=lambda row: row[0]))
    failed = sum(row[2] != "ok" for row in rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
