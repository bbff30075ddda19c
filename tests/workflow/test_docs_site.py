"""The documentation is a site whose links lead somewhere and which loads nothing from elsewhere."""

import re
import subprocess
import sys


def test_the_site_builds_without_a_broken_link_and_names_every_page(root, tmp_path):
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--config-file",
        str(root / "mkdocs.yml"),
    ]
    done = subprocess.run([*command, "--site-dir", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    front = (tmp_path / "index.html").read_text(encoding="utf-8")
    for page in sorted((root / "docs").glob("*.md")):
        assert f'href="{page.stem}.html' in front or page.stem == "index", page.stem
    loaded = (
        r'<(?:script|img|iframe)[^>]+src="(https?:[^"]+)|<link[^>]+rel="stylesheet"[^>]+href="(https?:[^"]+)'
    )
    assert [
        found for path in tmp_path.glob("*.html") for found in re.findall(loaded, path.read_text("utf-8"))
    ] == []
