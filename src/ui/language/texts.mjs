// npm run texts                 how many texts the page has, and which languages lack some
// npm run texts -- de           writes src/ui/language/de.json: what is translated stays, what is new is empty, what is gone goes
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pageModules, textsOf, toldTexts } from "./findTexts.mjs";

const folder = new URL(".", import.meta.url);
const root = new URL("../../..", import.meta.url).pathname;

function catalogOf(tag) {
  const file = new URL(`${tag}.json`, folder);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

const found = new Map();
for (const module of pageModules(root)) for (const { key, values, line } of textsOf(module).marked) if (!found.has(key)) found.set(key, { values, at: `${module.path}:${line}` });
for (const { key, values, line, path } of toldTexts(root)) if (!found.has(key)) found.set(key, { values, at: `${path}:${line}` });
const keys = [...found.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const [tag] = process.argv.slice(2);
if (tag === undefined) {
  console.log(`${keys.length} texts`);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const catalog = catalogOf(name.slice(0, -5));
    const missing = keys.filter((key) => (catalog[key] ?? "") === "").length;
    console.log(`${name}: ${keys.length - missing} translated, ${missing} not`);
  }
} else if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag)) {
  console.error(`"${tag}" is no language tag: one looks like de or pt-BR.`);
  process.exitCode = 1;
} else {
  const before = catalogOf(tag);
  const after = Object.fromEntries(keys.map((key) => [key, before[key] ?? ""]));
  writeFileSync(new URL(`${tag}.json`, folder), `${JSON.stringify(after, null, 1)}\n`);
  const fresh = keys.filter((key) => after[key] === "");
  for (const key of fresh.slice(0, 20)) console.log(`to translate: ${JSON.stringify(key)}  (${found.get(key).at}${found.get(key).values.map((value, index) => `; {${index}}: ${value}`).join("")})`);
  if (fresh.length > 20) console.log(`and ${fresh.length - 20} more`);
  for (const key of Object.keys(before).filter((key) => !found.has(key))) console.log(`gone: ${JSON.stringify(key)}: ${JSON.stringify(before[key])}`);
  console.log(`src/ui/language/${tag}.json: ${keys.length - fresh.length} of ${keys.length} translated`);
}
