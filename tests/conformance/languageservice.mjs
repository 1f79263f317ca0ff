// GitHub's own reading of workflows: parser, job graph, expressions. All severities count.
//
//   NODE_TOOLS=... node --import ./loader.mjs languageservice.mjs FILE...
//
// Prints file:line:column: severity: message for each finding and exits 1 if there is one.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { validate } from "@actions/languageservice";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { TextDocument } from "vscode-languageserver-textdocument";

const SEVERITY = ["", "error", "warning", "info", "hint"];

/** What the parser and the converter to a job graph say: needs cycles, unknown needs, step ids. */
async function parserFindings(name, content) {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const parsed = context.errors.getErrors();
  const converted = value ? (await convertWorkflowTemplate(context, value, undefined, { errorPolicy: 1 })).errors : [];
  return [
    ...parsed.map((e) => [e.range?.start.line ?? 0, e.range?.start.column ?? 0, "error", e.rawMessage]),
    ...(converted ?? []).map((e) => [0, 0, "error", e.Message]),
  ];
}

/** What the editor would underline. */
async function editorFindings(name, content) {
  const document = TextDocument.create(`file:///.github/workflows/${basename(name)}`, "yaml", 0, content);
  const found = await validate(document, {});
  return found.map(({ range, severity, message }) => [
    range.start.line + 1, range.start.character + 1, SEVERITY[severity ?? 1], message,
  ]);
}

const lines = new Set();
for (const file of process.argv.slice(2)) {
  const content = readFileSync(file, "utf8");
  for (const [line, column, severity, message] of [
    ...(await parserFindings(file, content)), ...(await editorFindings(file, content)),
  ]) lines.add(`${file}:${line}:${column}: ${severity}: ${message}`);
}
for (const line of lines) console.log(line);
process.exit(lines.size ? 1 : 0);
