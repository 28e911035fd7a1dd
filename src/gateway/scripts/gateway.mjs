// Bundles the gateway, where its sources have changed, and runs it in this process' place.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { engineHash } from "../../hosts/engineHash.mjs";
import { nodeFlags } from "../../hosts/nodeFlags.mjs";
import { installWhereNeeded, root, run } from "./install.mjs";
import { keptBundle } from "./keptBundle.mjs";

installWhereNeeded();
if (run("node", ["src/kinds/generate/generateSchema.mjs"]) !== 0) process.exit(1);
const outfile = join(root, ".build/gateway.mjs");
await keptBundle({ entryPoints: [join(root, "src/gateway/main.ts")], define: { __ORRERY_ENGINE__: JSON.stringify(engineHash()) }, platform: "node", format: "esm", packages: "external", target: "node20", outfile, logLevel: "error", loader: { ".yaml": "text", ".md": "text" } });
const child = spawn(process.execPath, [...nodeFlags, outfile, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 0));
