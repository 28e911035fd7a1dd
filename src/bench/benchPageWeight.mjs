import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes that a static host sends for a file: gzip as most of them have it set. */
function gzipBytes(dist, path) {
  return gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
}

/** The scripts that a module cannot begin without: itself and what it imports by name. Dynamic imports are not followed. */
function withStaticImports(dist, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(join(dist, path), "utf8");
  for (const [, name] of text.matchAll(/(?:^|[;}\s])import(?:[^"'`()]{0,4000}?from)?\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) withStaticImports(dist, `assets/${name}`, found);
  return found;
}

function sum(dist, paths) {
  return [...paths].reduce((total, path) => total + gzipBytes(dist, path), 0);
}

/** What the index page itself asks for. */
export function pageScripts(dist) {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const found = new Set();
  for (const [, path] of html.matchAll(/(?:src|href)="\.\/(assets\/[\w.-]+\.js)"/g)) withStaticImports(dist, path, found);
  return found;
}

/** The editor, its language and its worker; the engine's worker has a bound of its own. */
const ofEditor = /^(MonacoEditor|editor\.api|yaml|editor\.worker)-/;
const ofEngine = /^engine\.worker-/;

/** The engine's worker and what it cannot begin without. */
function workerScripts(dist) {
  return withStaticImports(dist, `assets/${readdirSync(join(dist, "assets")).find((name) => ofEngine.test(name))}`);
}

/**
 * What a first visit loads without being touched, in bytes of gzip: what the page begins with, and all that comes after by itself. `loaded`: the names seen.
 * Scripts of the worker count for the worker alone, unless the page itself begins with them.
 */
export function firstLoad(dist, loaded) {
  const ofWorker = workerScripts(dist);
  const later = loaded.filter((name) => !ofEditor.test(name)).map((name) => `assets/${name}`).filter((path) => !ofWorker.has(path));
  return sum(dist, new Set([...pageScripts(dist), ...later]));
}

/** Weights in bytes of gzip: the worker's script, which runs the engine and, a second time, nodes; and every script by name. */
export function weigh(dist) {
  const scripts = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".js"));
  return {
    engineWorker: sum(dist, workerScripts(dist)),
    all: Object.fromEntries(scripts.map((name) => [name, gzipBytes(dist, `assets/${name}`)]).sort((a, b) => b[1] - a[1])),
  };
}
