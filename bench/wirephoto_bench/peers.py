"""The programs that are measured, each started on loopback with a configuration of its own."""

import getpass
import os
import pathlib
import shutil
import subprocess
import sys

from .processes import Service, free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = ROOT / "artifacts/programs/Wirephoto.Server/wirephotod"
CLIENT = ROOT / "artifacts/programs/Wirephoto.Cli/wirephoto"
LOAD = ROOT / "artifacts/programs/Wirephoto.Load/wirephoto-load"


class Wirephoto:
    name = "wirephoto"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.folder = folder
        self.certificate = Certificate(logs)
        self.service = Service(
            [str(SERVER), str(self.port), "--folder", folder, "--bind", "127.0.0.1", "--max-clients", "11000", "--certificate", self.certificate.file, "--key", self.certificate.key],
            self.port, f"{logs}/{self.port}.log")

    def client(self, *request, port=None):
        return [str(CLIENT), "127.0.0.1", str(port or self.port), *request, "--quiet"]

    def client_tls(self, *request):
        """Inside TLS 1.3, which both ends choose; the client pins the certificate."""
        return [*self.client(*request), "--pin", self.certificate.fingerprint]


class Line:
    """The long way to another program."""

    MILLISECONDS, MEGABITS = 40, 1000

    def __init__(self, target, logs):
        self.port = free_port()
        self.service = Service(
            [sys.executable, "-m", "wirephoto_bench.line", *map(str, (self.port, target, self.MILLISECONDS, self.MEGABITS))], self.port, f"{logs}/line-{self.port}.log")


class Certificate:
    """Made for one run; the same kind for everybody."""

    def __init__(self, logs):
        self.file, self.key = f"{logs}/certificate.pem", f"{logs}/key.pem"
        if not os.path.exists(self.file):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                 "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.key, "-out", self.file],
                check=True, stderr=subprocess.DEVNULL)
            os.chmod(self.key, 0o600)
        shown = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", self.file], check=True, capture_output=True, text=True)
        self.fingerprint = "sha256:" + shown.stdout.split("=")[1].strip().replace(":", "").lower()


class Rsync:
    name = "rsync"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.folder = folder
        configuration = f"{logs}/rsyncd-{self.port}.conf"
        owner = f"uid = {os.getuid()}\ngid = {os.getgid()}\n" if os.getuid() == 0 else ""
        pathlib.Path(configuration).write_text(
            f"use chroot = no\n{owner}pid file = {logs}/rsyncd-{self.port}.pid\n[pictures]\npath = {folder}\nread only = no\n")
        self.service = Service(
            ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={self.port}", f"--config={configuration}"],
            self.port, f"{logs}/rsync.log")

    def url(self, path="", port=None):
        return f"rsync://127.0.0.1:{port or self.port}/pictures/{path}"


class Nginx:
    name = "nginx"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.folder = folder
        home = f"{logs}/nginx"
        os.makedirs(f"{home}/logs", exist_ok=True)
        user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
        pathlib.Path(f"{home}/nginx.conf").write_text(f"""
{user} daemon off; worker_processes auto; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10000 inactive=60s;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi; uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    server {{ listen 127.0.0.1:{self.port}; root {folder}; }}
}}
""")
        self.service = Service(["nginx", "-p", home, "-c", f"{home}/nginx.conf"], self.port, f"{logs}/nginx.log")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"


class NginxTls:
    """nginx with TLS 1.3, for gets and, by WebDAV's PUT, for puts; what is put lies on the same file system as its temporary file."""

    name = "nginx TLS"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.folder = folder
        certificate = Certificate(logs)
        home = f"{logs}/nginx-tls"
        os.makedirs(f"{home}/logs", exist_ok=True)
        os.makedirs(f"{folder}/.body", exist_ok=True)
        user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
        pathlib.Path(f"{home}/nginx.conf").write_text(f"""
{user} daemon off; worker_processes auto; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; client_max_body_size 0;
    client_body_temp_path {folder}/.body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi; uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{self.port} ssl; root {folder}; dav_methods PUT;
        ssl_certificate {certificate.file}; ssl_certificate_key {certificate.key}; ssl_protocols TLSv1.3;
    }}
}}
""")
        self.service = Service(["nginx", "-p", home, "-c", f"{home}/nginx.conf"], self.port, f"{logs}/nginx-tls.log")

    def url(self, path):
        return f"https://127.0.0.1:{self.port}/{path}"


class BareTls:
    """What a put inside TLS can't do without over .NET's SslStream, the digests of both ends included: the rest is the price of our protocol and our promises."""

    name = "bare TLS"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.file = f"{folder}/bare.png"
        self.certificate = Certificate(logs)
        self.service = Service([str(LOAD), "tls-receive", str(self.port), self.certificate.file, self.certificate.key, self.file], self.port, f"{logs}/bare-tls.log")

    def send(self, path):
        return [str(LOAD), "tls-send", str(self.port), self.certificate.file, path]


class Sftp:
    name = "sftp"

    def __init__(self, folder, logs):
        self.port = free_port()
        self.folder = folder
        home = f"{logs}/ssh"
        os.makedirs(home, mode=0o700, exist_ok=True)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{home}/{key}"], check=True)
        shutil.copy(f"{home}/user.pub", f"{home}/authorized_keys")
        pathlib.Path(f"{home}/sshd_config").write_text(f"""
ListenAddress 127.0.0.1
Port {self.port}
HostKey {home}/host
PidFile {home}/sshd.pid
AuthorizedKeysFile {home}/authorized_keys
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
Subsystem sftp internal-sftp
""")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.options = ["-q", "-i", f"{home}/user", "-P", str(self.port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-b"]
        self.home = home
        self.service = Service([shutil.which("sshd"), "-D", "-e", "-f", f"{home}/sshd_config"], self.port, f"{logs}/ssh.log")

    def batch(self, *lines):
        """A command that runs these lines in one session."""
        path = f"{self.home}/batch-{abs(hash(lines))}"
        pathlib.Path(path).write_text("\n".join(lines) + "\n")
        return ["sftp", *self.options, path, f"{getpass.getuser()}@127.0.0.1"]
