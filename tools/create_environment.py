"""Create the Python environment; this needs only Python, its standard library and a package index.

    python3 tools/create_environment.py <folder> <requirements file>...

Debian and Ubuntu ship Python without pip and ensurepip. In that case pip is downloaded from the package index
(PIP_INDEX_URL, or PyPI), and its SHA-256 is checked.
"""

import hashlib
import importlib.util
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UV_REQUIREMENTS = str(ROOT / "requirements-uv.txt")

#: Program that adds a folder to the import path of an environment.
NAME_FOLDER = """
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "takedown.pth").write_text(f"{sys.argv[1]}\\n", encoding="utf-8")
"""

PIP_FILE = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main(folder: str, requirements: list[str]) -> None:
    """Create the environment, or bring it up to date."""
    if sys.version_info < (3, 11):  # noqa: UP036 (a user may call it with an older version)
        sys.exit(f"Python {sys.version.split()[0]} is too old; call make with PYTHON=python3.11 or newer.")
    python = Path(folder, "bin", "python")
    if not python.exists():
        print(f"Creating the environment in {folder}; this takes a minute or two.", flush=True)
        venv.create(folder, symlinks=True, with_pip=importlib.util.find_spec("ensurepip") is not None)
    if subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode:
        with tempfile.TemporaryDirectory() as scratch:
            wheel = Path(scratch, PIP_FILE)
            wheel.write_bytes(download_pip())
            # Python can run a wheel, which is a zip; the pip in it then installs itself into the environment.
            subprocess.run([python, wheel / "pip", "install", "--quiet", "--no-index", wheel], check=True)
    if not (install_with_uv(python, requirements) or install_with_pip(python, requirements)):
        newer = sys.version_info >= (3, 14)
        sys.exit(
            f"The packages of {' and '.join(requirements)} could not be installed; see the lines above."
            + " They are locked for Python 3.11 to 3.13; call make with PYTHON=python3.13." * newer
        )
    # A notebook in any folder can then import the library. It is not installed, because pip would require its hash.
    subprocess.run([python, "-c", NAME_FOLDER, str(ROOT)], check=True)


def install_with_uv(python: Path, requirements: list[str]) -> bool:
    """Install with the locked uv, which takes a sixth of pip's time; return False, without a message, if this fails."""
    if not install_with_pip(python, [UV_REQUIREMENTS], stderr=subprocess.DEVNULL):
        return False
    command = [str(python), "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
    # Python keeps the bytecode of imported modules unless it is told not to. In that case compile all here, as pip does.
    command += ["--compile-bytecode"] * sys.dont_write_bytecode
    # uv does not read pip's settings; of these only the package index matters.
    settings = {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]} if "PIP_INDEX_URL" in os.environ else {}
    done = subprocess.run(
        [*command, *locked(requirements)], env={**settings, **os.environ}, stderr=subprocess.DEVNULL
    )
    return done.returncode == 0


def install_with_pip(python: Path, requirements: list[str], **options: Any) -> bool:
    """Install with pip; return whether this succeeded. `options` are options of `subprocess.run`."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*command, *locked(requirements)], **options).returncode == 0


def locked(requirements: list[str]) -> list[str]:
    """Return arguments that make pip and uv install the locked packages only, with their hashes."""
    return ["--require-hashes", *(part for file in requirements for part in ("--requirement", file))]


def download_pip() -> bytes:
    """Return the pinned pip wheel from the package index; exit with one sentence if it is not available."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    # A new machine may have no certificates. They are not needed, because the SHA-256 of the download is checked.
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(index, context=context, timeout=60) as page:
            links = re.findall(r'href="([^"]+)"', page.read().decode())
        link = next(link for link in links if urllib.parse.urlsplit(link).path.endswith(f"/{PIP_FILE}"))
        with urllib.request.urlopen(urllib.parse.urljoin(index, link), context=context, timeout=60) as file:
            wheel = file.read()
    except (OSError, StopIteration) as error:
        sys.exit(
            f"{PIP_FILE} could not be downloaded from {index} ({error}); install python3-venv and call make again."
        )
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        sys.exit(
            f"{PIP_FILE} from {index} is not the file that was expected, so nothing was installed; check the package index and call make again."
        )
    return wheel


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
