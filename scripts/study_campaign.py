"""Study one campaign in a folder of its own, up to its anonymous results."""

import subprocess
import sys
from pathlib import Path

from takedown.core.errors import InputError

params = snakemake.params
command = [
    sys.executable,
    "-m",
    "snakemake",
    "write_deposit",
    "--executor",
    "local",
    "--cores",
    str(snakemake.threads),
]
command += ["--snakefile", params.snakefile, "--directory", params.folder]
command += ["--configfile", snakemake.input.campaign, "--config", f"raw_folder={params.raw_folder}"]
with Path(snakemake.log[0]).open("w", encoding="utf-8") as log:
    if subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode:
        raise InputError(f"The study of {snakemake.wildcards.campaign} failed; {snakemake.log[0]} says why.")
