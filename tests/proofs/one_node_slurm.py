"""Start a SLURM cluster of one node for a test, and always stop it afterwards.

The daemons run as this user, with their own ports and folder, without systemd, cgroups or a database. If the machine
belongs to a cluster, that cluster is neither used nor disturbed.
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

#: Required programs and their Debian packages.
PROGRAMS = {"munged": "munge", "slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client"}

CONFIGURATION = """\
ClusterName=proof
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=2
# A job without a stated memory would get the whole node, and jobs would run one at a time.
DefMemPerCPU=500
# Ended jobs stay visible for this number of seconds; there is no database that remembers them.
MinJobAge=86400
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def reason_against() -> str | None:
    """Return one sentence that states why no cluster can start here, or None."""
    if os.environ.get("SLURM_CONF"):
        return "SLURM_CONF is set, so this machine belongs to a cluster; the test does not use it."
    if _is_running("slurmctld") or _is_running("slurmd"):
        return "A SLURM daemon is running, so this machine belongs to a cluster; the test does not use it."
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=_path())]
    if missing:
        return f"SLURM is not installed; on Debian: apt-get install {' '.join(missing)}."
    return None


@contextmanager
def one_node_slurm() -> Iterator[dict[str, str]]:
    """Run a cluster of one node; yield the environment variables that direct SLURM's commands to it.

    Raises RuntimeError with the output of the daemons if the node does not start.
    """
    with ExitStack() as stack:
        # Sockets need a short path, and munged a folder that every user can enter.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm_", dir="/tmp")))
        folder.chmod(0o755)
        for name in ("controller", "node"):
            (folder / name).mkdir()
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o400)
        (folder / "slurm.conf").write_text(_configuration(folder), encoding="utf-8")
        (folder / "cgroup.conf").write_text("CgroupPlugin=autodetect\n", encoding="utf-8")
        variables = {"SLURM_CONF": str(folder / "slurm.conf"), "PATH": f"{folder}/bin:{os.environ['PATH']}"}
        _keep_configuration(folder / "bin" / "srun", variables)

        munge = {name: folder / f"munge.{name}" for name in ("socket", "key", "pid", "log", "seed")}
        _start(
            stack, folder, "munged", "--foreground", "--num-threads=2",
            f"--socket={munge['socket']}", f"--key-file={munge['key']}", f"--pid-file={munge['pid']}",
            f"--log-file={munge['log']}", f"--seed-file={munge['seed']}",
        )  # fmt: skip
        _wait(munge["socket"].exists, folder)
        for daemon in ("slurmctld", "slurmd"):
            _start(stack, folder, daemon, "-D", SLURM_CONF=variables["SLURM_CONF"])
        _wait(lambda: "idle" in ask("sinfo", "--noheader", "--format=%T", variables=variables), folder)
        # Called first at the end: no job may outlive the cluster.
        stack.callback(_cancel_all, variables)
        yield variables


def ask(*command: str, variables: dict[str, str]) -> str:
    """Return the output of a SLURM command; empty if it fails."""
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True).stdout


def _configuration(folder: Path) -> str:
    with socket.socket() as controller, socket.socket() as node:
        for free in (controller, node):
            free.bind(("127.0.0.1", 0))
        return CONFIGURATION.format(
            folder=folder,
            host=socket.gethostname().partition(".")[0],
            user=getpass.getuser(),
            controller_port=controller.getsockname()[1],
            node_port=node.getsockname()[1],
            # Some jobs ask for two processors; the node has the memory of the machine.
            cpus=max(2, os.cpu_count() or 1),
            memory_mb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        )


def _keep_configuration(srun: Path, variables: dict[str, str]) -> None:
    """Write a command `srun` that sets SLURM_CONF and calls the real srun.

    Snakemake's executor (jobstep 0.6.1) removes SLURM_CONF from the commands that it calls inside a job.
    """
    srun.parent.mkdir()
    real = shutil.which("srun")
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={variables["SLURM_CONF"]} exec {real} "$@"\n', encoding="utf-8")
    srun.chmod(0o755)


def _start(stack: ExitStack, folder: Path, *command: str, **variables: str) -> None:
    """Start a daemon that ends with the stack, or with this process if it is killed."""
    with (folder / f"{command[0]}.out").open("wb") as output:
        daemon = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", *command],
            env=os.environ | {"PATH": _path()} | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    stack.callback(_end, daemon)


def _end(daemon: subprocess.Popen) -> None:
    daemon.terminate()
    try:
        daemon.wait(10)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _wait(is_ready, folder: Path, seconds: float = 30) -> None:
    for _ in range(int(seconds / 0.2)):
        if is_ready():
            return
        time.sleep(0.2)
    words = [path.read_text(errors="replace") for path in sorted(folder.glob("*.out"))]
    raise RuntimeError("\n".join([f"SLURM did not start within {seconds:.0f} seconds.", *words]))


def _cancel_all(variables: dict[str, str]) -> None:
    ask("scancel", f"--user={getpass.getuser()}", variables=variables)
    for _ in range(50):
        if not ask("squeue", "--noheader", variables=variables):
            break
        time.sleep(0.2)


def _path() -> str:
    """Return the search path with the folders of daemons, which the path of a user often lacks."""
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def _is_running(program: str) -> bool:
    return subprocess.run(["pgrep", "-x", program], capture_output=True).returncode == 0
