"""Tables of what was measured."""

import os
import platform
import statistics
import subprocess


def versions():
    def first_line(*command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return next((line.strip() for line in done.stdout.splitlines() if line.strip()), "unknown")

    return [
        f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, .NET SDK {first_line('dotnet', '--version')}",
        first_line("rsync", "--version").split("  protocol")[0],
        first_line("nginx", "-v").replace("nginx version: ", ""),
        first_line("ssh", "-V").split(",")[0],
        first_line("curl", "--version").split(" (")[0],
        first_line("wrk", "-v").split(" [")[0],
    ]


def span(values, digits=2):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


HEAD = ["work", "program", "median (min to max)", "ours / theirs", "must", "aim", "CPU s", "peak MiB, client + server"]


def rows(work, results):
    """One row for each contender; results are lists of (value, cpu, client peak, server peak), in rounds that belong together."""
    ours = [value for value, *_ in results[0]]
    digits = 0 if work.higher_is_better else 5 if statistics.median(ours) < 0.02 else 2 if statistics.median(ours) < 10 else 1
    for contender, runs in zip(work.contenders, results):
        values = [value for value, *_ in runs]
        ratio = ""
        if contender is not work.contenders[0]:
            ratio = span([mine / its for mine, its in zip(ours, values)])
        yield [
            work.title if contender is work.contenders[0] else "",
            contender.name,
            span(values, digits) + (" /s" if work.higher_is_better else " s"),
            ratio,
            f"{contender.must:.2f}" if contender.must else "",
            f"{contender.aim:.2f}" if contender.aim else "",
            f"{statistics.median(cpu for _, cpu, *_ in runs):.2f}",
            f"{max(client for *_, client, _ in runs):.0f} + {max(server for *_, server in runs):.0f}",
        ]


def misses(work, results):
    """The ratios that must hold and do not; none where it is enough that one of them holds."""
    ours = [value for value, *_ in results[0]]
    held = [(contender, runs) for contender, runs in list(zip(work.contenders, results))[1:] if contender.must]
    missed = list(filter(None, (miss(work, contender, ours, runs) for contender, runs in held)))
    return [] if work.either and len(missed) < len(held) else missed


def miss(work, contender, ours, runs):
    ratio = statistics.median(mine / its for mine, (its, *_) in zip(ours, runs))
    late = ratio < contender.must if work.higher_is_better else ratio > contender.must
    return f"{work.title}: {ratio:.2f} of {contender.name}, must be {'at least' if work.higher_is_better else 'at most'} {contender.must:.2f}" if late else None


def markdown(table):
    widths = [max(len(row[column]) for row in [HEAD, *table]) for column in range(len(HEAD))]
    line = lambda cells: "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(HEAD), line(["-" * width for width in widths]), *map(line, table)])
