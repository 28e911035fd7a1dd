import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Json } from "../base/json.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
import type { Shelf, ShelvedKeyframe } from "../hosts/shelf.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import { measured, newRecording, readyReplicas, request, startEngine, write } from "./engineUnderBench.ts";
import { deployment, probedTemplate } from "./workloads.ts";

const minutes = 60;
const requestsPerSecond = 40;

/** What is left of a run when its page is closed, beside its keyframes. */
interface Saved {
  readonly recording: ClusterRecording;
  readonly digest: string;
}

export interface SessionCost {
  readonly requestMicroseconds: number;
  readonly reopenCpuSeconds: number;
  readonly replayedSeconds: number;
  readonly savedMegabytes: number;
}

/** A file a keyframe, as the browser's database has an entry a keyframe. */
class FileShelf implements Shelf {
  private readonly folder: string;
  megabytes = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  keyframeTimes(): Promise<readonly SimTime[]> {
    return Promise.resolve(readdirSync(this.folder).flatMap((name) => (/^\d+\.json$/.test(name) ? [simTime(Number.parseInt(name, 10))] : [])));
  }
  keyframe(_run: string, at: SimTime): Promise<ShelvedKeyframe> {
    return Promise.resolve(JSON.parse(readFileSync(this.pathOf(at), "utf8")) as ShelvedKeyframe);
  }
  addKeyframe(_run: string, keyframe: ShelvedKeyframe): Promise<boolean> {
    const text = JSON.stringify(keyframe);
    this.megabytes += text.length / 1e6;
    writeFileSync(this.pathOf(keyframe.at), text);
    return Promise.resolve(true);
  }
  lastRecording(): Promise<null> {
    return Promise.resolve(null);
  }
  keepRecording(): void {
    // What the page was closed with is written once, at the end.
  }

  private pathOf(at: SimTime): string {
    return `${this.folder}/${at}.json`;
  }
}

function shelfFolder(folder: string): string {
  return `${folder}/shelf`;
}

async function digestOf(engine: ClusterEngine): Promise<string> {
  const { digest } = (await engine.ask({ type: "digest" })) as unknown as { readonly digest: string };
  return digest;
}

/** An application behind the ingress, asked for an hour; then the page is closed without a word, and opened again in a new process. */
export async function session(bundle: string, folder: string): Promise<SessionCost> {
  rmSync(shelfFolder(folder), { recursive: true, force: true });
  mkdirSync(shelfFolder(folder));
  const shelf = new FileShelf(shelfFolder(folder));
  const engine = await startEngine(newRecording(defaultClusterSpec), shelf);
  await write(engine, request("create", "/apis/apps/v1/namespaces/default/deployments", deployment("web", 3, probedTemplate)));
  await write(engine, request("create", "/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }));
  await write(engine, request("create", "/apis/networking.k8s.io/v1/namespaces/default/ingresses", {
    apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web" },
    spec: { ingressClassName: "nginx", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
  } as Json));
  await engine.advance(60);
  if ((await readyReplicas(engine, "web")) < 3) throw new Error("the application did not become Ready");
  const quiet = await measured(() => engine.advance(240));
  const refusal = engine.command({ type: "setTraffic", source: { id: "visitors", from: "internet", url: "http://shop.example.com/", method: "GET", perSecond: requestsPerSecond, clients: 8, keepAlive: true } });
  if (refusal !== null) throw new Error(refusal);
  const busySeconds = minutes * 60 - 300;
  const busy = await measured(() => engine.advance(busySeconds));
  const own = busy.cpuSeconds - (quiet.cpuSeconds * busySeconds) / 240;

  writeFileSync(`${shelfFolder(folder)}/run.json`, JSON.stringify({ recording: engine.recording(), digest: await digestOf(engine) } satisfies Saved));
  const replayedSeconds = (engine.now - Math.max(0, ...(await shelf.keyframeTimes()))) / 1e6;
  await engine.stop();

  const reopenings = Array.from({ length: 3 }, () => {
    const child = spawnSync(process.execPath, [...process.execArgv, bundle, folder, "none", "reopen"], { encoding: "utf8", timeout: 300_000 });
    if (child.status !== 0) throw new Error(`the session did not reopen: ${child.stderr}`);
    return Number(child.stdout.trim());
  });
  const reopenCpuSeconds = [...reopenings].sort((a, b) => a - b)[1] ?? 0;
  return { requestMicroseconds: (own / (busySeconds * requestsPerSecond)) * 1e6, reopenCpuSeconds, replayedSeconds, savedMegabytes: shelf.megabytes };
}

/** Opens the saved session in this process; prints the CPU seconds. The history must be the one that was saved. */
export async function reopen(folder: string): Promise<void> {
  let saved: Saved | null = null;
  let engine: ClusterEngine | null = null;
  const { cpuSeconds } = await measured(async () => {
    saved = JSON.parse(readFileSync(`${shelfFolder(folder)}/run.json`, "utf8")) as Saved;
    engine = await startEngine(saved.recording, new FileShelf(shelfFolder(folder)));
  });
  const [opened, kept] = [engine as ClusterEngine | null, saved as Saved | null];
  if (opened === null || kept === null || (await digestOf(opened)) !== kept.digest) throw new Error("the reopened session has another history");
  await opened.stop();
  console.log(cpuSeconds.toFixed(3));
}
