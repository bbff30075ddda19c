"""Compare the results with the tracked reference and with a second run under other conditions, byte for byte.

The second run uses a scratch copy, other cores and shards, another time zone and another locale. The database is
compared by content: the manifest lists results/database_content.csv, which contains a digest of each table. The
reference is that of the default run, so the comparison with it is skipped if data/raw has files.
"""

import sys
import tempfile

from takedown.core.manifest import compare_manifests
from tools.scratch import ROOT, copy_repository, run_study

here = ROOT / "results" / "MANIFEST.sha256"
reference = ROOT / "tests" / "reference" / "MANIFEST.sha256"
if not here.exists():
    sys.exit("There are no results to verify; run make first.")
outputs = len(here.read_text(encoding="utf-8").splitlines())
if any((ROOT / "data" / "raw").glob("*/*")):
    print("data/raw contains files, so the results are not compared with the reference of the default run.")
elif differences := compare_manifests(reference, here):
    sys.exit(
        "\n".join([*differences, f"{len(differences)} outputs differ from tests/reference/MANIFEST.sha256."])
    )
else:
    print(f"All {outputs} published outputs equal the tracked reference.")

with tempfile.TemporaryDirectory() as folder:
    scratch = copy_repository(folder, with_data=True)
    (scratch / "shards.yaml").write_text("shards: 3\n", encoding="utf-8")
    with run_study(
        scratch,
        *("--cores", "3", "--configfile", "shards.yaml"),
        TZ="Pacific/Chatham",
        LC_ALL="C",
        LANG="C",
        PYTHONHASHSEED="1",
    ) as study:
        output, _ = study.communicate()
    if study.returncode:
        sys.exit(f"{output}\nThe study failed in the scratch copy.")
    differences = compare_manifests(here, scratch / "results" / "MANIFEST.sha256")
if differences:
    sys.exit("\n".join([*differences, f"{len(differences)} outputs differ in the second run."]))
print(f"The second run reproduced all {outputs} published outputs byte for byte.")
