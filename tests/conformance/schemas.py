"""Writes the JSON schemas that kubeconform reads, strict: an unknown field is an error.

    schemas.py API_VERSION CRD_DIR OUT_DIR

Takes Kubernetes' own schemas from the kubernetes-validate package, with their references
made relative, and turns each custom resource definition in CRD_DIR into a schema beside them.
"""

import json
import pathlib
import shutil
import sys

import kubernetes_validate
import yaml


def builtin(api_version: str, out: pathlib.Path) -> None:
    """Copies the schemas of Kubernetes itself."""
    home = pathlib.Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    for path in (home / f"v{api_version}.0-local-strict").glob("*.json"):
        schema = json.loads(path.read_text().replace('"/api/_definitions.json', '"_definitions.json'))
        schema.pop("$id", None)  # a web address, which references would be resolved against
        (out / path.name).write_text(json.dumps(schema))


def closed(schema: dict) -> dict:
    """An OpenAPI v3 schema as strict JSON schema."""
    result = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            result[key] = {name: closed(inner) for name, inner in value.items()}
        elif key in ("items", "additionalProperties", "not") and isinstance(value, dict):
            result[key] = closed(value)
        elif key in ("allOf", "anyOf", "oneOf"):
            result[key] = [closed(inner) for inner in value]
        elif not key.startswith("x-kubernetes-") and key != "nullable":
            result[key] = value
    if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
    if schema.get("nullable") and "type" in result:
        result["type"] = [result["type"], "null"]
    return result


def custom(crd: dict, out: pathlib.Path) -> None:
    """Writes one schema for each version that a definition serves."""
    group = crd["spec"]["group"].split(".")[0]
    kind = crd["spec"]["names"]["kind"].lower()
    for version in crd["spec"]["versions"]:
        schema = closed(version["schema"]["openAPIV3Schema"])
        # kubectl and the API server know more of metadata than a definition says.
        schema["properties"]["metadata"] = {
            "$ref": "_definitions.json#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
        }
        schema["required"] = sorted({"apiVersion", "kind", "metadata", *schema.get("required", [])})
        (out / f"{kind}-{group}-{version['name']}.json").write_text(json.dumps(schema))


def main() -> None:
    api_version, crd_dir, out_dir = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    shutil.rmtree(out_dir, ignore_errors=True)
    out_dir.mkdir(parents=True)
    builtin(api_version, out_dir)
    for path in sorted(crd_dir.glob("*.yaml")):
        for crd in yaml.safe_load_all(path.read_text()):
            custom(crd, out_dir)


if __name__ == "__main__":
    main()
