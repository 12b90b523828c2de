"""Starts programs, waits until they listen, and reads what they cost."""

import os
import signal
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
SELF = os.readlink("/proc/self/exe")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A program that runs as long as the measurements; ended by its own process group."""

    def __init__(self, command, port, log, cwd=None):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True, cwd=cwd)
        self.port = port
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"bench: {command[0]} does not listen on port {port}: see {log}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)

    def cost(self):
        """CPU seconds so far of the program and its children, the ended ones included."""
        return sum(cpu_seconds(pid) for pid in family(self.process.pid))

    def peak(self):
        """Peak resident MiB, of the largest of its processes."""
        return max((peak_of(pid) for pid in family(self.process.pid)), default=0)

    def reset_peak(self):
        for pid in family(self.process.pid):
            try:
                with open(f"/proc/{pid}/clear_refs", "w") as refs:
                    refs.write("5")
            except OSError:
                pass

    def pin(self, cores):
        """Lets the program run on these cores only, in the words of taskset."""
        subprocess.run(["taskset", "-a", "-c", "-p", cores, str(self.process.pid)], check=True, stdout=subprocess.DEVNULL)

    def settle(self):
        """Waits until the program rests: nothing that it does in the background shall count."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            before = self.cost()
            time.sleep(1)
            if self.cost() - before < 0.05:
                return

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            pass
        self.log.close()


def family(pid):
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children") as children:
                found.extend(int(child) for child in children.read().split())
        except OSError:
            pass
    return found


def cpu_seconds(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    # utime, stime, cutime and cstime: proc(5), fields 14 to 17.
    return sum(int(field) for field in fields[11:15]) / TICKS


def peak_of(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return max((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")), default=0)
    except OSError:
        return 0


class PeakWatch(threading.Thread):
    """Looks at a program's peak while it runs: what wait4 tells includes the process that it was forked from."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()
        self.start()

    def run(self):
        # Soon at first: some programs are done in a hundredth of a second.
        pause = 0.004
        while not self.over.wait(pause):
            pause = min(2 * pause, 0.02)
            # Before it has become the program it is still this one.
            if exe_of(self.pid) != SELF:
                self.peak = max([self.peak, *map(peak_of, family(self.pid))])

    def stop(self):
        self.over.set()
        self.join()
        return self.peak


def exe_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return SELF


class Run:
    """What one run of a client program took."""

    def __init__(self, seconds, cpu, peak, output):
        self.seconds, self.cpu, self.peak, self.output = seconds, cpu, peak, output


def run(command, cwd=None, stdin=None):
    """Runs a client program to its end; anything but success ends the benchmark."""
    started = time.monotonic()
    with subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd) as child:
        watch = PeakWatch(child.pid)
        output = child.stdout.read()
        peak = watch.stop()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if child.returncode != 0:
        raise SystemExit(f"bench: {' '.join(command)} failed ({child.returncode}):\n{output.decode(errors='replace')[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, output.decode(errors="replace"))
