"""A time-stamping authority of the tests' own: ``openssl ts`` behind a web server on this machine."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = CA:false
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[tsa]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class StampingAuthority:
    """Makes its own certificates; answers requests, or with :attr:`status` and :attr:`answer` when those are set."""

    def __init__(self, folder: Path, name: str = "Test Authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.url = ""
        self.asked = 0
        self.status = 200
        self.answer: bytes | None = None
        (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        self._certify("root", f"/CN={name} Root", ["-x509", "-days", "30"])
        self._certify("signer", f"/CN={name}", ["-x509", "-days", "30", *self._by_root()])
        self.root = folder / "root.pem"

    def reply(self, request: bytes) -> bytes:
        """Answer one request."""
        (self.folder / "query.tsq").write_bytes(request)
        self._openssl(
            *("ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-out", "reply.tsr"),
            *("-signer", "signer.pem", "-inkey", "signer.key"),
        )
        return (self.folder / "reply.tsr").read_bytes()

    def verify(self, data: bytes, token: Path, roots: Path) -> bool:
        """Ask OpenSSL whether a token holds."""
        (self.folder / "data").write_bytes(data)
        command = ["openssl", "ts", "-verify", "-data", "data", "-in", str(token), "-CAfile", str(roots)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False).returncode == 0

    def _certify(self, name: str, subject: str, options: list[str]) -> None:
        self._openssl(
            *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-config", "ts.cnf", "-extensions", name, "-subj", subject),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem", *options),
        )

    def _by_root(self) -> list[str]:
        return ["-CA", "root.pem", "-CAkey", "root.key"]

    def _openssl(self, *words: str) -> None:
        ended = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


@contextlib.contextmanager
def stamping_authority(folder: Path, name: str = "Test Authority") -> Iterator[StampingAuthority]:
    """Run an authority for the length of the block."""
    authority = StampingAuthority(folder, name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = authority.reply(body) if authority.answer is None else authority.answer
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        authority.url = f"http://127.0.0.1:{server.server_address[1]}/tsr?key=secret"
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()
