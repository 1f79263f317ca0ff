#!/usr/bin/env python3
"""Writes the declared job in every language: N stages, 5 steps each, 10 needs each.

    gen.py N FOLDER [--output WORKFLOW]

Takes the number of stages (1, or a multiple of 10) and a folder, and writes there
`gates.gate`, `gates.jsonnet` and `gates.pkl`: N declarations each, written out one by one, and
one fixed mapping of a declaration to a job. What gatec adds of its own (permissions, names,
timeouts, conditions, the aggregate job) is written out in the other languages, too; `compare.py`
proves that all give the same data.
"""

import json
import re
import sys
from pathlib import Path

WIDTH = 10
CHECKOUT = "actions/checkout"
SETUP = "actions/setup-node"
UPLOAD = "actions/upload-artifact"
ROOT = Path(__file__).resolve().parents[2]


def gates(count):
    """The declarations: key, number, threshold, and the whole layer before."""
    key = lambda i: f"gate_{i // WIDTH}_{i % WIDTH}"
    layer = lambda i: [key(i // WIDTH * WIDTH - WIDTH + k) for k in range(WIDTH)]
    return [(key(i), i, 80 + i % 20, layer(i) if i >= WIDTH else []) for i in range(count)]


def pin(action):
    """`owner/name@commit` as gatec's own table has it."""
    table = (ROOT / "compiler/pins/table.rs").read_text()
    text = r'Borrowed\("([^"]+)"\)'
    found = re.search(rf'name: Borrowed\("{action}"\),\s+version: {text},\s+commit: {text}', table)
    return f"{action}@{found[2]}"


def names(keys, quote=json.dumps):
    return ", ".join(quote(key) for key in keys)


GATE = """\
# The declared job. A workflow of this size is more than GitHub reads, and that is the point.
allow "workflow-too-large" { reason = "a benchmark of the compiler; nothing runs it" }
allow "unjustified-edge" { reason = "layers wait for layers, as in a long build" }
allow "workflow-too-long" { reason = "a benchmark of the compiler; nothing runs it" }

template scored {
  param n: number
  param threshold: number
  use "actions/setup-node@v7" { "node-version" = 22, cache = "npm" }
  run \"\"\"
    set -euo pipefail
    ./ci/gate.sh --name "$GATE" --min "$THRESHOLD"
  \"\"\" gate {
    name = "Run the gate"
    env { GATE = "gate-${{ n }}", THRESHOLD = threshold }
    outputs { score = number }
  }
  cleanup { run "./ci/score.sh ${{ step.gate.score }}" { name = "Say the score" } }
  artifacts { result = "out/gate.json" }
}

pipeline gates {
  on push { branches = ["main"] }
  on pull_request
  concurrency { group = [workflow, ref], cancel = true }
  timeout = 15m

"""


def gate_stage(key, n, threshold, needs):
    needed = f"    needs [{names(needs, str)}]\n" if needs else ""
    return (
        f'  stage {key} {{\n    name = "Gate {n}"\n{needed}'
        f"    use scored {{ n = {n}, threshold = {threshold} }}\n  }}\n"
    )


JSONNET = """\
];
local checkout = '@CHECKOUT@';
local setup = '@SETUP@';
local upload = '@UPLOAD@';
local due(needs) = '${{ !cancelled() && ' + std.join(' && ', [
  'needs.' + need + ".result == 'success'"
  for need in needs
]) + ' }}';
local job(g) = {
  name: 'Gate ' + g.n,
  [if std.length(g.needs) > 0 then 'needs']: g.needs,
  [if std.length(g.needs) > 0 then 'if']: due(g.needs),
  'runs-on': 'ubuntu-24.04',
  'timeout-minutes': 15,
  permissions: { contents: 'read' },
  steps: [
    { name: 'Check out', uses: checkout, with: { 'persist-credentials': false } },
    { name: 'Use actions/setup-node', uses: setup, with: { 'node-version': 22, cache: 'npm' } },
    {
      name: 'Run the gate',
      id: 'scored_0_gate',
      env: { GATE: 'gate-' + g.n, THRESHOLD: '' + g.threshold },
      run: 'set -euo pipefail\\n./ci/gate.sh --name "$GATE" --min "$THRESHOLD"',
    },
    {
      name: 'Keep result',
      'if': '${{ !cancelled() }}',
      uses: upload,
      with: {
        name: 'gates-' + std.strReplace(g.key, '_', '-') + '-result',
        path: 'out/gate.json',
        'if-no-files-found': 'error',
        overwrite: true,
        'retention-days': 30,
      },
    },
    {
      name: 'Say the score',
      'if': '${{ always() }}',
      env: { SCORED_0_GATE_SCORE: '${{ steps.scored_0_gate.outputs.score }}' },
      run: './ci/score.sh "${SCORED_0_GATE_SCORE}"',
    },
  ],
};
std.manifestYamlDoc({
  name: 'Gates',
  on: { push: { branches: ['main'] }, pull_request: {} },
  permissions: {},
  concurrency: { group: "Gates-${{ github.ref }}", 'cancel-in-progress': true },
  defaults: { run: { shell: 'bash' } },
  jobs: { [g.key]: job(g) for g in gates } + {
    all_checks: {
      name: 'Gates: all checks',
      needs: [g.key for g in gates],
      'if': '${{ always() }}',
      'runs-on': 'ubuntu-24.04',
      'timeout-minutes': 5,
      permissions: {},
      steps: [{
        name: 'All jobs ended well',
        env: { RESULTS: "${{ join(needs.*.result, ' ') }}" },
        run: 'for result in ${RESULTS}; do\\n  [ "${result}" = success ] || { echo "::error::a job ended as ${result}"; exit 1; }\\ndone',
      }],
    },
  },
})
"""


def jsonnet_gate(key, n, threshold, needs):
    return (
        f'  {{\n    key: "{key}",\n    n: {n},\n    threshold: {threshold},\n'
        f"    needs: [{names(needs)}],\n  }},\n"
    )


PKL = """\
}
local const checkout = "@CHECKOUT@"
local const setup = "@SETUP@"
local const upload = "@UPLOAD@"
local const function due(needs: List<String>): String =
  "${{ !cancelled() && " + needs.map((need) -> "needs.\\(need).result == 'success'").join(" && ") + " }}"
local const function job(g: Gate): Dynamic = new {
  name = "Gate \\(g.n)"
  when (!g.needs.isEmpty) {
    needs = g.needs
    `if` = due(g.needs)
  }
  `runs-on` = "ubuntu-24.04"
  `timeout-minutes` = 15
  permissions { contents = "read" }
  steps = List(
    new Dynamic { name = "Check out"; uses = checkout; with { `persist-credentials` = false } },
    new Dynamic { name = "Use actions/setup-node"; uses = setup; with { `node-version` = 22; cache = "npm" } },
    new Dynamic {
      name = "Run the gate"
      id = "scored_0_gate"
      env { GATE = "gate-\\(g.n)"; THRESHOLD = "\\(g.threshold)" }
      run = "set -euo pipefail\\n./ci/gate.sh --name \\"$GATE\\" --min \\"$THRESHOLD\\""
    },
    new Dynamic {
      name = "Keep result"
      `if` = "${{ !cancelled() }}"
      uses = upload
      with {
        name = "gates-\\(g.key.replaceAll("_", "-"))-result"
        path = "out/gate.json"
        `if-no-files-found` = "error"
        overwrite = true
        `retention-days` = 30
      }
    },
    new Dynamic {
      name = "Say the score"
      `if` = "${{ always() }}"
      env { SCORED_0_GATE_SCORE = "${{ steps.scored_0_gate.outputs.score }}" }
      run = "./ci/score.sh \\"${SCORED_0_GATE_SCORE}\\""
    })
}
name = "Gates"
on { push { branches = List("main") } pull_request = Map() }
permissions = Map()
concurrency { group = "Gates-${{ github.ref }}"; `cancel-in-progress` = true }
defaults { run { shell = "bash" } }
jobs {
  for (g in gates) { [g.key] = job(g) }
  ["all_checks"] = new Dynamic {
    name = "Gates: all checks"
    needs = gates.toList().map((g) -> g.key)
    `if` = "${{ always() }}"
    `runs-on` = "ubuntu-24.04"
    `timeout-minutes` = 5
    permissions = Map()
    steps = List(new Dynamic {
      name = "All jobs ended well"
      env { RESULTS = "${{ join(needs.*.result, ' ') }}" }
      run = "for result in ${RESULTS}; do\\n  [ \\"${result}\\" = success ] || { echo \\"::error::a job ended as ${result}\\"; exit 1; }\\ndone"
    })
  }
}
"""

PKL_HEAD = """\
class Gate { key: String; n: Int; threshold: Int; needs: List<String> }
local gates: Listing<Gate> = new {
"""


def pkl_gate(key, n, threshold, needs):
    return (
        f'  new {{\n    key = "{key}"\n    n = {n}\n    threshold = {threshold}\n'
        f"    needs = List({names(needs)})\n  }}\n"
    )


def write(count, folder):
    """Writes all three and gives the size of each."""
    folder.mkdir(parents=True, exist_ok=True)
    all_gates = gates(count)

    def file(name, head, one, tail):
        for word, action in (("CHECKOUT", CHECKOUT), ("SETUP", SETUP), ("UPLOAD", UPLOAD)):
            tail = tail.replace(f"@{word}@", pin(action))
        text = head + "".join(one(*gate) for gate in all_gates) + tail
        (folder / name).write_text(text)
        return name, len(text)

    return dict([
        file("gates.gate", GATE, gate_stage, "}\n"),
        file("gates.jsonnet", "local gates = [\n", jsonnet_gate, JSONNET),
        file("gates.pkl", PKL_HEAD, pkl_gate, PKL),
    ])


if __name__ == "__main__":
    for name, size in write(int(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{name}\t{size}")
