"""Run the study again in a scratch copy, with one core, another time zone and another locale; compare byte for byte.

The database is compared by content: results/database_content.csv, which the manifest lists, holds a digest of each table.
"""

import sys
import tempfile

from takedown.manifest import compare_manifests
from takedown.scratch import ROOT, copy_repository, run_study

here = ROOT / "results" / "MANIFEST.sha256"
if not here.exists():
    sys.exit("There are no results to verify yet; run make first.")
with tempfile.TemporaryDirectory() as folder:
    scratch = copy_repository(folder, with_data=True)
    with run_study(scratch, "--cores", "1", TZ="Pacific/Chatham", LC_ALL="C", LANG="C") as study:
        output, _ = study.communicate()
    if study.returncode:
        sys.exit(f"{output}\nThe study failed in the scratch copy.")
    differences = compare_manifests(here, scratch / "results" / "MANIFEST.sha256")
if differences:
    sys.exit("\n".join([*differences, f"{len(differences)} outputs are not reproduced."]))
print(f"All {len(here.read_text().splitlines())} published outputs are reproduced byte for byte.")
