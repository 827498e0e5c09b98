"""MLflow in a process of its own, told what to do line by line."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).resolve().with_name("mlflow_peer.py")
# MLflow sends usage figures unless told not to; that must not happen, nor be timed.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


class MlflowProcess:
    """The other end of `mlflow_peer.py`.

    Args:
        python: An interpreter that has MLflow.
        folder: Where it runs and keeps its messages.
    """

    def __init__(self, python: Path, folder: Path) -> None:
        self._messages = (folder / "mlflow.log").open("wb")
        # -P: the modules beside the script are of another interpreter.
        self._process = subprocess.Popen(
            [python, "-P", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            cwd=folder,
            env=os.environ | ENVIRONMENT,
            text=True,
        )

    def call(self, command: str, **arguments: Any) -> Any:
        """Have a command done and return its answer.

        Raises:
            RuntimeError: It failed, or the process is gone.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"it ended; see {self._messages.name}"}
        if "error" in answer:
            raise RuntimeError(f"MLflow could not do {command}: {answer['error']}")
        return answer["result"]

    def seconds(self, command: str, **arguments: Any) -> float:
        """Have a command done that times itself, and return the seconds."""
        return float(self.call(command, **arguments))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._messages.close()
