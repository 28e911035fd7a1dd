import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./install.mjs";

/** What a bundle was made of; null where a file of it is gone. */
function fingerprint(files, options) {
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const file of files) {
    const path = join(root, file);
    if (!existsSync(path)) return null;
    hash.update(file).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Bundles with esbuild's options (an `outfile` among them) unless a bundle of the same files and options lies there: half a second less a
 * start. A file that is new changes one that imports it, so the files of the last time are all that need looking at.
 */
export async function keptBundle(options) {
  const { outfile } = options;
  const notes = `${outfile}.json`;
  const kept = readJson(notes);
  // The packages outside are resolved when it runs; the lockfile stands for esbuild's own version.
  const lockfile = "package-lock.json";
  if (existsSync(outfile) && kept !== null && fingerprint(kept.files, options) === kept.fingerprint) return;
  mkdirSync(dirname(outfile), { recursive: true });
  const { build } = await import("esbuild");
  const began = Date.now();
  const { outputFiles, metafile } = await build({ ...options, bundle: true, metafile: true, write: false, sourcemap: true, absWorkingDir: root });
  const files = [lockfile, ...Object.keys(metafile.inputs)].sort();
  // Others may be starting from the same files: each is replaced as a whole, and what tells of them last.
  const replace = (path, content) => {
    writeFileSync(`${path}.${process.pid}`, content);
    renameSync(`${path}.${process.pid}`, path);
  };
  for (const { path, contents } of outputFiles) replace(path, contents);
  // What was written meanwhile may be in the bundle or not: then the next start bundles again.
  if (files.every((file) => statSync(join(root, file)).mtimeMs < began)) replace(notes, JSON.stringify({ fingerprint: fingerprint(files, options), files }));
}
