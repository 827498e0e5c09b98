"""Virtual environments: the peer's, and one with the core install of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_MLFLOW = "mlflow>=3.10,<4"


def mlflow_python(work: Path, given: Path | None) -> Path:
    """Return an interpreter that has MLflow, set up once if none was given."""
    if given is not None:
        # Not resolved: a virtual environment is recognised by the path of its link.
        return given.absolute()
    folder = work / "mlflow-venv"
    complete = folder / "complete"
    if not complete.exists():
        make(folder)
        install(folder, _MLFLOW)
        complete.touch()
    return python_of(folder)


def make(folder: Path) -> None:
    """Make a virtual environment with nothing but pip, in place of what was there."""
    _run(sys.executable, "-m", "venv", "--clear", str(folder))


def install(folder: Path, *requirements: str) -> None:
    """Install into a virtual environment."""
    _run(str(python_of(folder)), "-m", "pip", "install", "-qq", *requirements)


def build_wheel(source: Path, folder: Path, target: Path) -> Path:
    """Build the wheel of a project with the pip of a virtual environment."""
    arguments = ["wheel", "-qq", "--no-deps", "--wheel-dir", str(target), str(source)]
    _run(str(python_of(folder)), "-m", "pip", *arguments)
    return next(target.glob("*.whl"))


def python_of(folder: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / "bin" / "python"


def site_packages_bytes(python: Path) -> int:
    """Return the bytes of all files in the site-packages of an interpreter, pip among them."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    files = Path(found.stdout.strip()).rglob("*")
    return sum(path.lstat().st_size for path in files if not path.is_dir())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)
