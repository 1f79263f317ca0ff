// Lets languageservice.mjs run from here on packages installed elsewhere:
// bare names are looked up under $NODE_TOOLS, and JSON is imported without the attribute
// that Node asks for and GitHub's packages leave out.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const base = pathToFileURL(`${process.env.NODE_TOOLS}/`).href;
const hooks = `
import { readFileSync } from "node:fs";
export const resolve = (name, context, next) =>
  /^(@|[a-z])/.test(name) && !name.includes(":") && !context.parentURL?.includes("/node_modules/")
    ? next(name, { ...context, parentURL: ${JSON.stringify(base)} })
    : next(name, context);
export const load = (url, context, next) =>
  url.endsWith(".json")
    ? { format: "module", shortCircuit: true, source: "export default " + readFileSync(new URL(url), "utf8") }
    : next(url, context);
`;
register("data:text/javascript," + encodeURIComponent(hooks));
