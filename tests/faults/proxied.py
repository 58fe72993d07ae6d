"""The shipped nginx configuration on ports of the loopback, in front of the site; names, ports and paths differ."""

import http.client
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port
from tests.infra.test_embedded import wait_for
from tests.kit import servers

DEPLOY = ROOT / "deploy"
NAME = "circle.example"


@dataclass(slots=True)
class Proxied:
    """A site behind nginx."""

    folder: Path
    port: int
    plain_port: int
    web: subprocess.Popen[bytes]

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | str | None = None,
        source: str = "127.0.0.2",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask over TLS from an address of the loopback."""
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        context.check_hostname = False  # the name stands in the header, the connection goes to a number
        line = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=context, source_address=(source, 0)
        )
        with closing(line):
            line.request(method, path, body, {"Host": NAME, **(headers or {})})
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def find_nginx() -> str:
    """Find nginx, a system package that a checkout cannot bring."""
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if found is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return found


@contextmanager
def behind_nginx(folder: Path, environ: dict[str, str], *, connections: int | None = None) -> Iterator[Proxied]:
    """Serve the site behind the shipped configuration."""
    program = find_nginx()
    site, port, plain = free_port(), free_port(), free_port()
    conf = write_configuration(folder, site=site, port=port, plain=plain, connections=connections)
    checked = subprocess.run(
        [program, "-t", "-p", str(folder), "-c", str(conf)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0 and "[warn]" not in checked.stderr, checked.stderr
    web = serve(folder, environ, site)
    nginx = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(conf), "-g", "daemon off;"], stdin=subprocess.DEVNULL, preexec_fn=tied(3)
    )
    try:
        made = Proxied(folder, port, plain, web)
        assert wait_for(lambda: servers.answers(site), 60)
        assert wait_for(lambda: _is_up(made), 20)
        yield made
    finally:
        for process in (nginx, web):
            process.terminate()
            process.wait(30)


def _is_up(made: Proxied) -> bool:
    try:
        return made.ask("/healthz")[0] == http.HTTPStatus.OK
    except OSError:
        return False


def serve(folder: Path, environ: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start the web server as its unit does."""
    with (folder / "web.log").open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "charity.cli.launch.child", "web", "--port", str(port), "--workers", "2"],
            cwd=ROOT,
            env=os.environ | environ | {"PUBLIC_URL": f"https://{NAME}"},
            stdout=out,
            stderr=out,
            preexec_fn=tied(),
        )


def write_configuration(folder: Path, *, site: int, port: int, plain: int, connections: int | None = None) -> Path:
    """Copy nginx.conf and the site's file, with this machine's ports, names and folders in them."""
    make_certificate(folder)
    (folder / "enabled").mkdir()
    text = (DEPLOY / "nginx" / "circle.conf").read_text("utf-8")
    text = re.sub(r"/etc/letsencrypt/live/\S+/fullchain.pem", f"{folder}/cert.pem", text)
    text = re.sub(r"/etc/letsencrypt/live/\S+/privkey.pem", f"{folder}/key.pem", text)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{site}").replace("/srv/circle/app", str(ROOT))
    text = re.sub(r" +listen \[::\].*\n", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443", f"listen 127.0.0.1:{port}")
    text = text.replace("/var/log/nginx", str(folder))
    (folder / "enabled" / "circle").write_text(text)
    main = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    main = main.replace("/etc/nginx/sites-enabled", f"{folder}/enabled").replace("/var/log/nginx", str(folder))
    main = main.replace("/run/nginx.pid", f"{folder}/nginx.pid").replace("worker_processes auto", "worker_processes 2")
    # the folders of a test are its owner's
    main = main.replace("user www-data;", "user root;" if os.geteuid() == 0 else "")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    main = main.replace("sendfile on;", "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds))
    if connections is not None:
        main = main.replace("worker_connections 8192", f"worker_connections {connections}")
    conf = folder / "nginx.conf"
    conf.write_text(main)
    return conf


def make_certificate(folder: Path) -> None:
    """Write a certificate nobody but a test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
