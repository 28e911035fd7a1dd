import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";

/** Attributes that people see or hear. */
const spoken = new Set(["aria-label", "aria-valuetext", "aria-roledescription", "title", "placeholder", "alt", "label", "lead", "heading", "empty"]);
/** What is called so in every language, and how keys are written. */
const names = /^(Orrery|YAML|kubectl|etcd|kube-[a-z-]+|cloud-controller|containerd|CRI-O|Docker \(cri-dockerd\)|Calico|Flannel|Esc|[a-z]+:\/\/.*)$/;
const word = /\p{L}{2}/u;

/** Calls `visit` with each node of a module and its parent. */
function walk(node, parent, visit) {
  if (node === null || typeof node !== "object" || typeof node.type !== "string") return;
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const one of value) walk(one, node, visit);
    else walk(value, node, visit);
  }
}

function lineOf(text, at) {
  return text.slice(0, at).split("\n").length;
}

/**
 * The texts of a module as keys of a catalog, and the words that stand in it unmarked: in JSX, or in an attribute that people see.
 * @param {{ path: string, text: string }} file
 */
export function textsOf({ path, text }) {
  const marked = [];
  const unmarked = [];
  const say = (node, what) => unmarked.push(`${path}:${lineOf(text, node.start)}: ${what.trim()}`);
  walk(parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" }), null, (node, parent) => {
    if (node.type === "TaggedTemplateExpression" && node.tag.name === "t") {
      const key = node.quasi.quasis.map(({ value }, index) => (index === 0 ? value.cooked : `{${index - 1}}${value.cooked}`)).join("");
      marked.push({ key, values: node.quasi.expressions.map(({ start, end }) => text.slice(start, end)), line: lineOf(text, node.start) });
    } else if (node.type === "CallExpression" && node.callee.name === "plural") {
      const [, one, other] = node.arguments;
      if (one?.type === "Literal" && other?.type === "Literal") marked.push({ key: `${one.value}|${other.value}`, values: [], line: lineOf(text, node.start) });
      else say(node, "plural() of words that are no literals");
    } else if (node.type === "JSXText" && word.test(node.value) && !names.test(node.value.trim()) && parent.openingElement?.name?.name !== "code") say(node, node.value);
    else if (node.type === "JSXAttribute" && spoken.has(node.name.name)) {
      const { value } = node;
      const template = value?.type === "JSXExpressionContainer" && value.expression.type === "TemplateLiteral" ? value.expression.quasis.map((part) => part.value.cooked).join("") : "";
      const said = value?.type === "Literal" ? String(value.value) : template;
      if (word.test(said) && !names.test(said)) say(node, said);
    }
  });
  return { marked, unmarked };
}

/** Texts of the engine's tables, which the page shows by told(): the labels of faults. */
export function toldTexts(root) {
  const found = [];
  for (const module of pageModules(root, "src/cluster/faults")) {
    walk(parseAst(module.text, { lang: "ts" }), null, (node) => {
      if (node.type === "Literal" && /^[A-Z][A-Za-z]+(?: [a-z]+)*$/.test(String(node.value))) found.push({ key: node.value, values: [], line: lineOf(module.text, node.start), path: module.path });
    });
  }
  return found;
}

/** The page's modules below a folder, without their tests. */
export function pageModules(root, under = "src/ui") {
  return readdirSync(join(root, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "testing" || entry.name === "hostile" ? [] : pageModules(root, path);
    return /(?<!\.test)\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [{ path, text: readFileSync(join(root, path), "utf8") }] : [];
  });
}
