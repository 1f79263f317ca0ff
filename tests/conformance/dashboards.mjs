// Grafana's own types over dashboards: `Dashboard` of @grafana/schema, strict, unknown fields too.
//
//   NODE_TOOLS=... node dashboards.mjs FILE...
//
// Prints FILE: message for each finding and exits 1 if there is one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = join(process.env.NODE_TOOLS, "node_modules");
const ts = createRequire(join(modules, "/"))("typescript");
const TYPES = join(modules, "@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts");

/** The published types; an enum is the values that JSON has for it. */
function types() {
  const values = (body) => [...body.matchAll(/=\s*("[^"]*"|-?\d+)/g)].map((m) => m[1]).join(" | ");
  return readFileSync(TYPES, "utf8").replace(
    /export declare enum (\w+) \{([^}]*)\}/g, (_, name, body) => `export type ${name} = ${values(body)};`,
  );
}

const sources = new Map([["/dashboard.d.ts", types()]]);
const files = process.argv.slice(2);
files.forEach((file, at) => {
  const text = `import type { Dashboard } from "./dashboard";\nexport const it: Dashboard = ${readFileSync(file, "utf8")};\n`;
  sources.set(`/${at}.ts`, text);
});

const options = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022 };
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists, readFile } = host;
host.fileExists = (name) => sources.has(name) || fileExists.call(host, name);
host.readFile = (name) => sources.get(name) ?? readFile.call(host, name);
host.getSourceFile = (name, ...more) =>
  sources.has(name)
    ? ts.createSourceFile(name, sources.get(name), options.target)
    : getSourceFile.call(host, name, ...more);

const program = ts.createProgram([...sources.keys()], options, host);
let found = 0;
for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
  found += 1;
  const at = file ? files[Number.parseInt(file.fileName.slice(1), 10)] : "";
  const line = file ? file.getLineAndCharacterOfPosition(start).line : 0;
  console.log(`${at}:${line}: error: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}
process.exit(found === 0 ? 0 : 1);
