import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { ClusterRecording } from "../cluster/commands.ts";
import { engineName } from "../hosts/engineName.ts";
import { ClusterEngine } from "../hosts/clusterEngine.ts";
import { clientDocuments } from "../hosts/clientDocuments.ts";
import { documentedComposition } from "../hosts/clusterComposition.ts";
import { InlineHost } from "../hosts/transports/inline.ts";
import { realClock } from "../hosts/wallClock.ts";
import { ArgsError, parseArgs, usage, type GatewayOptions } from "./args.ts";
import { makeCertificates } from "./certificates.ts";
import { createGatewayServer } from "./httpServer.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { readRecording } from "./readRecording.ts";

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function recordingOf(options: GatewayOptions, engine: string): ClusterRecording {
  if (options.recording !== null) return readRecording(options.recording);
  return { format: 1, engine, seed: options.seed, spec: options.spec, journal: [], checkpoints: [] };
}

/** Boot takes about so much virtual time and almost none of ours: the cluster's clock then agrees with the one on the wall. */
const bootMs = 20_000;

/** RFC 3339, whole seconds. */
function epochOf(nowMs: number): string {
  return new Date(Math.floor((nowMs - bootMs) / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}

async function main(): Promise<void> {
  const options = parseArgs(process.argv.slice(2), epochOf(Date.now()));
  if (options === "help") return log(usage);
  const composition = documentedComposition({ current: clientDocuments });
  const engine = new ClusterEngine({
    recording: recordingOf(options, engineName),
    clock: realClock,
    speed: options.speed,
    hosts: 1,
    openHost: () => new InlineHost(composition),
    listener: {
      frame: null,
      notice: log,
      failed: (message) => {
        log(message);
        process.exit(1);
      },
    },
  });
  await engine.start();
  // Nothing that the gateway serves shows them.
  engine.subscribe("ways", false);
  const token = options.token ?? randomBytes(24).toString("base64url");
  const certificates = options.insecureHttp ? null : await makeCertificates();
  const server = createGatewayServer({ engine, token, certificates, log });
  server.on("error", (error: NodeJS.ErrnoException) => {
    log(error.code === "EADDRINUSE" ? `port ${options.port} is taken: choose another with --port, or 0 for a free one` : error.message);
    process.exit(1);
  });
  server.listen(options.port, "127.0.0.1", () => {
    const address = `${certificates === null ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = options.kubeconfig ?? join(homedir(), ".orrery", "kubeconfig");
    mkdirSync(dirname(path), { recursive: true });
    // A mode given to writeFileSync counts only for a file that is new.
    if (existsSync(path)) chmodSync(path, 0o600);
    writeFileSync(path, kubeconfigText(address, certificates?.authority ?? null, token), { mode: 0o600 });
    log(`kubeconfig: ${path}`);
    process.stdout.write(`listening on ${address}\n`);
  });
  const stop = (): void => {
    if (options.save !== null) writeFileSync(options.save, JSON.stringify(engine.recording()));
    void engine.stop();
    server.closeAllConnections();
    server.close(() => process.exit(0));
    setTimeout(() => process.exit(0), 1_500).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  log(error instanceof ArgsError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
