"""Gathers what check.sh hands to the Kubernetes and Prometheus tools.

    manifests.py KUSTOMIZE OUT_DIR DIR...

Reads DIR/deploy and DIR/monitoring of each built example. Every kustomization is built with
the program KUSTOMIZE. Writes these lists into OUT_DIR, one path a line:

    kustomizations  every folder with a kustomization.yaml that can be built
    broken          those that didn't build, each with what kustomize said
    manifests       every manifest as written, and every kustomization as built
    sets            what a cluster would get: outermost kustomizations, and loose manifests by folder
    rules           the rule groups of each PrometheusRule, as a file promtool can read
"""

import pathlib
import subprocess
import sys

import yaml


class Gathering:
    """The lists as they grow, and the folder that holds the files made on the way."""

    def __init__(self, kustomize: str, out: pathlib.Path):
        self.kustomize = kustomize
        self.out = out
        self.lists = {"kustomizations": [], "broken": [], "manifests": [], "sets": [], "rules": []}

    def save(self, path: pathlib.Path, folder: str, text: str) -> pathlib.Path:
        """Writes a made file under a name that tells where it came from."""
        target = self.out / folder / (str(path).strip("/").replace("/", "__") + ".yaml")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    def folder(self, root: pathlib.Path) -> None:
        """Takes one of the two folders of an example."""
        homes = {path.parent: yaml.safe_load(path.read_text()) for path in root.rglob("kustomization.yaml")}
        used, patches = set(), set()
        for home, kustomization in homes.items():
            for resource in kustomization.get("resources", []) + kustomization.get("components", []):
                used.add((home / resource).resolve())
            for patch in kustomization.get("patches", []):
                patches.add((home / patch["path"]).resolve() if "path" in patch else None)
        for home, kustomization in homes.items():
            if kustomization.get("kind") != "Component":
                self.build(home, outermost=home.resolve() not in used)
        loose = {}
        for path in sorted(root.rglob("*.yaml")):
            if path.name == "kustomization.yaml" or path.resolve() in patches:
                continue
            self.lists["manifests"].append(path)
            self.rules_of(path)
            if path.resolve() not in used:
                loose.setdefault(path.parent, []).append(path.read_text())
        for parent, texts in loose.items():
            self.set_of(parent, "\n---\n".join(texts))

    def build(self, home: pathlib.Path, outermost: bool) -> None:
        """Builds one kustomization."""
        self.lists["kustomizations"].append(home)
        if not pathlib.Path(self.kustomize).exists():
            return  # check.sh says that it isn't installed
        done = subprocess.run([self.kustomize, "build", home], capture_output=True, text=True, check=False)
        if done.returncode:
            self.lists["broken"].append(f"{home}: " + " ".join(done.stderr.split()))
            return
        built = self.save(home, "built", done.stdout)
        self.lists["manifests"].append(built)
        if outermost:
            self.set_of(home, done.stdout)

    def set_of(self, home: pathlib.Path, text: str) -> None:
        """Takes what a cluster would get from one place. kube-score knows no Rollout, so it reads it as
        the Deployment that it stands for."""
        documents = [document for document in yaml.safe_load_all(text) if document]
        for document in documents:
            target = document.get("spec", {}).get("scaleTargetRef", {})
            for holder in (document, target):
                if holder.get("kind") == "Rollout":
                    holder.update(apiVersion="apps/v1", kind="Deployment")
                    for foreign in ("strategy", "progressDeadlineAbort"):
                        holder.get("spec", {}).pop(foreign, None)
        self.lists["sets"].append(self.save(home, "sets", yaml.safe_dump_all(documents, sort_keys=False)))

    def rules_of(self, path: pathlib.Path) -> None:
        """Takes the rule groups out of a manifest's PrometheusRules."""
        documents = [document for document in yaml.safe_load_all(path.read_text()) if document]
        groups = [group for document in documents if document.get("kind") == "PrometheusRule"
                  for group in document.get("spec", {}).get("groups", [])]
        if groups:
            text = yaml.safe_dump({"groups": groups}, sort_keys=False)
            self.lists["rules"].append(self.save(path, "rules", text))


def main() -> None:
    gathering = Gathering(sys.argv[1], pathlib.Path(sys.argv[2]))
    for name in sys.argv[3:]:
        for part in ("deploy", "monitoring"):
            gathering.folder(pathlib.Path(name) / part)
    for name, entries in gathering.lists.items():
        (gathering.out / f"{name}.list").write_text("".join(f"{entry}\n" for entry in entries))


if __name__ == "__main__":
    main()
