// Bundles the gateway (fast) and runs it in this process' place.
import { spawn } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { engineHash } from "../../hosts/engineHash.mjs";
import { nodeFlags } from "../../hosts/nodeFlags.mjs";
import { installWhereNeeded, root, run } from "./install.mjs";

installWhereNeeded();
if (run("node", ["src/kinds/generate/generateSchema.mjs"]) !== 0) process.exit(1);
const { build } = await import("esbuild");
const outfile = join(root, ".build/gateway.mjs");
// Another gateway may be starting from the same file: it is replaced as a whole.
const fresh = `${outfile}.${process.pid}`;
await build({ entryPoints: [join(root, "src/gateway/main.ts")], bundle: true, define: { __ORRERY_ENGINE__: JSON.stringify(engineHash()) }, platform: "node", format: "esm", packages: "external", target: "node20", outfile: fresh, logLevel: "error", sourcemap: "inline", loader: { ".yaml": "text", ".md": "text" } });
renameSync(fresh, outfile);
const child = spawn(process.execPath, [...nodeFlags, outfile, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 0));
