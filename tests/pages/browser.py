"""Opens a page in headless Chromium over its DevTools pipe and tells what happened.

The pipe (https://chromedevtools.github.io/devtools-protocol/, `--remote-debugging-pipe`) needs no
port: messages are JSON, each ended by a zero byte, on file descriptors 3 and 4.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--proxy-server=127.0.0.1:9",
    "--remote-debugging-pipe",
)
_PATIENCE_SECONDS = 60.0
_ALL_DRAWN = (
    "[...document.querySelectorAll('.chart')]"
    ".every(c => c.dataset.drawn === 'yes' || c.textContent.includes('could not be drawn'))"
)


@dataclass(kw_only=True)
class Seen:
    """What a page did while it was opened."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class Browser:
    """One Chromium for many pages."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()
        # The child finds them at 3 and 4, wherever they were here.
        script = f'exec 3<&{from_us} 4>&{to_us}; exec "$0" "$@"'
        self._process = subprocess.Popen(
            ["bash", "-c", script, CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(from_us, to_us),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        self._out, self._in = to_browser, from_browser
        self._buffer = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._call(method, session=self._session, **parameters)

    def evaluate(self, expression: str) -> Any:
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path: Path, *, scheme: str = "light", width: int = 1200) -> Seen:
        """Open a file, wait until its charts are drawn, and tell what it asked for and said."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        # A hash that changes alone would not load the page again.
        self.call("Page.navigate", url="about:blank")
        self._events.clear()
        self.call("Page.navigate", url=path.as_uri())
        end = time.monotonic() + _PATIENCE_SECONDS
        loaded = "location.protocol === 'file:' && document.readyState === 'complete'"
        ready = f"{loaded} && {_ALL_DRAWN}"
        while not self.evaluate(ready):
            assert time.monotonic() < end, f"{path} was not drawn in time"
            time.sleep(0.05)
        return self.seen()

    def seen(self) -> Seen:
        """Tell what happened since the page was opened."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")
        seen = Seen()
        for event in self._events:
            given = event.get("params", {})
            if event["method"] == "Network.requestWillBeSent":
                seen.requests.append(given["request"]["url"])
            elif event["method"] == "Runtime.consoleAPICalled":
                seen.complaints.append(str([a.get("value", a) for a in given["args"]]))
            elif event["method"] == "Runtime.exceptionThrown":
                seen.complaints.append(str(given["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded":
                seen.complaints.append(given["entry"]["text"])
        return seen

    def screenshot(self, to: Path) -> None:
        """Keep a picture of the whole page."""
        import base64

        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        answer = self.call(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        )
        to.write_bytes(base64.b64decode(answer["data"]))

    def _call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            if "method" in answer:
                self._events.append(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], _PATIENCE_SECONDS)
            assert ready, "Chromium says nothing"
            got = os.read(self._in, 1 << 20)
            assert got, "Chromium ended"
            self._buffer += got
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)
