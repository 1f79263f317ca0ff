#!/usr/bin/env python3
"""Measures gatec beside its peers and the floors, all in one run, in turns.

    run.py [--tools FOLDER] [--gatec FILE] [--sizes 1,10,…] [--runs 11] [--work FOLDER]

`--tools` is the folder that `install.sh` filled. Each case is one process whose output goes to
disk; wall time is taken around it, and the kernel says its greatest memory (`wait4`). The cases
of a size run one after the other, round by round, so that a busy moment hits all of them; medians
are printed. Before that, every output is compared with gatec's: equal data or no numbers.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gen

WORKFLOW = ".github/workflows/gates.yml"
SMALL = """\
pipeline ci {
  on push
  on pull_request
  stage lint {
    run "npm ci"
    run "npm run lint"
  }
  stage test {
    needs lint
    run "npm ci"
    run "npm test"
    artifacts { coverage = "coverage/" }
  }
  stage pack {
    needs test
    run "npm pack"
    artifacts { package = "*.tgz" }
  }
}
"""
SMALL_ALLOW = 'allow "unjustified-edge" { reason = "cheap stages first" }\n'


class Case:
    """A command in a folder; `fresh` is removed before each run."""

    def __init__(self, name, command, folder, output=None, fresh=()):
        self.name, self.command, self.folder = name, [str(c) for c in command], folder
        self.output, self.fresh = output, [folder / f for f in fresh]
        self.wall, self.peak = [], []

    def once(self):
        for path in self.fresh:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        target = self.folder / self.output if self.output else os.devnull
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        said = os.open(self.folder / "messages", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        moves = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, said, 2)]
        here = os.getcwd()
        os.chdir(self.folder)
        begin = time.perf_counter()
        process = os.posix_spawn(self.command[0], self.command, os.environ, file_actions=moves)
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - begin
        os.chdir(here)
        os.close(out), os.close(said)
        if status:
            raise SystemExit(f"{self.name}: {(self.folder / 'messages').read_text()}")
        return wall * 1e3, usage.ru_maxrss / 1024

    def measure(self):
        wall, peak = self.once()
        self.wall.append(wall)
        self.peak.append(peak)


def rust(source, place):
    """Compiles a few lines of Rust."""
    code = place.with_suffix(".rs")
    code.write_text(source)
    subprocess.run(["rustc", "-O", "-o", place, code], check=True)
    return place


def find(tools, name):
    found = list(tools.glob(f"**/bin/{name}")) if tools else []
    place = found[0] if found else shutil.which(name)
    return Path(place).resolve() if place else None


def prepare(count, folder, args, tools):
    """The cases of one size, their outputs written and compared."""
    gen.write(count, folder)
    fresh = [".github", "gate.lock"]
    build = Case("gatec build", [args.gatec, "build", "."], folder, fresh=fresh)
    peers = []
    if tools["jrsonnet"]:
        command = [tools["jrsonnet"], "-S", "gates.jsonnet"]
        peers.append(Case("jrsonnet", command, folder, "jrsonnet.yml"))
    if tools["pkl"]:
        command = [tools["pkl"], "eval", "-f", "yaml", "gates.pkl"]
        peers.append(Case("Pkl", command, folder, "pkl.yml"))
    if tools["jsonnet"]:
        command = [tools["jsonnet"], "-S", "gates.jsonnet"]
        peers.append(Case("go-jsonnet", command, folder, "go-jsonnet.yml"))
    for case in [build, *peers]:
        case.once()
    workflow = folder / WORKFLOW
    if tools["jsonnet"]:
        # In a process of its own: what this one holds counts as its children's peak.
        outputs = [folder / case.output for case in peers]
        judge = [sys.executable, gen.ROOT / "benches/peers/compare.py", tools["jsonnet"]]
        subprocess.run([*judge, workflow, *outputs], check=True)
    # The floors.
    finished = folder / "finished.yml"
    shutil.copy(workflow, finished)
    bytes_ = f'fn main() {{ std::fs::write("bytes.yml", include_bytes!("{finished}")).unwrap(); }}'
    floors = [Case("the finished bytes", [rust(bytes_, folder / "bytes")], folder)]
    again = folder.with_name(f"{folder.name}-again")
    shutil.rmtree(again, ignore_errors=True)
    again.mkdir()
    shutil.copy(folder / "gates.gate", again)
    unchanged = Case("gatec build, nothing changed", [args.gatec, "build", "."], again)
    unchanged.once()
    check = Case("gatec check", [args.gatec, "check", "."], folder)
    sizes = (folder / "gates.gate").stat().st_size, workflow.stat().st_size
    return [build, unchanged, check, *peers, *floors], sizes


def small(args, work):
    """`gatec check` of 20 lines, and a program that does nothing."""
    folder = work / "small"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "ci.gate").write_text(SMALL_ALLOW + SMALL)
    empty = rust("fn main() {}", folder / "empty")
    return [
        Case("gatec check, 20 lines", [args.gatec, "check", "."], folder),
        Case("an empty program", [empty], folder),
    ]


def measured(cases, runs):
    for _ in range(runs):
        for case in cases:
            case.measure()
    return cases


def table(title, cases, base):
    reference = next((statistics.median(c.wall) for c in cases if c.name == base), None)
    print(f"\n{title}\n\n| | wall, ms | × {base} | least, ms | peak, MiB |\n| --- | ---: | ---: | ---: | ---: |")
    for case in cases:
        wall = statistics.median(case.wall)
        ratio = f"{wall / reference:.2f}" if reference else ""
        print(f"| {case.name} | {wall:.1f} | {ratio} | {min(case.wall):.1f} | {statistics.median(case.peak):.1f} |")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--gatec", type=Path, default=gen.ROOT / "target/release/gatec")
    parser.add_argument("--sizes", default="1,10,100,1000,5000")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "gatec-peers")
    return parser.parse_args()


def main():
    args = arguments()
    args.gatec = args.gatec.resolve()
    work = args.work.resolve()
    names = ("jrsonnet", "pkl", "jsonnet")
    tools = {name: find(args.tools, name) for name in names}
    for name in (n for n in names if not tools[n]):
        print(f"{name} is not there: its rows are left out", file=sys.stderr)
    table("20 lines", measured(small(args, work), args.runs * 3), "an empty program")
    growth = []
    for count in map(int, args.sizes.split(",")):
        folder = work / str(count)
        shutil.rmtree(folder, ignore_errors=True)
        cases, (source, output) = prepare(count, folder, args, tools)
        measured(cases, args.runs)
        title = f"{count} stages: {source / 1000:.0f} kB of source, {output / 1000:.0f} kB of YAML"
        table(title, cases, "jrsonnet")
        growth.append((count, statistics.median(cases[0].wall)))
    for (fewer, less), (more, longer) in zip(growth, growth[1:]):
        print(f"\ngatec build, {more} stages: {longer / less:.2f} × {fewer} stages", end="")
    print()


if __name__ == "__main__":
    main()
