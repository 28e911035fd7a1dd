import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Runs a command of this project with its output shown; the exit code. */
export function run(command, args, env = {}) {
  const path = `${join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}`;
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path, ...env }, shell: process.platform === "win32" });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/**
 * Installs the lockfile's versions, where that has not been done. Not `npm ci`: it wants the optional binaries of all platforms in the
 * lockfile, and a registry may not have them all. `--no-save` leaves package.json and the lockfile as they are.
 */
export function installWhereNeeded() {
  const done = join(root, "node_modules/.package-lock.json");
  const wanted = join(root, "package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(wanted).mtimeMs - 1_000) return;
  console.error("installing the dependencies (npm install) ...");
  const code = run("npm", ["install", "--no-save", "--no-audit", "--no-fund"], { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" });
  if (code !== 0) process.exit(code);
}
