import type { ApiRequest, ApiResponse, Verb } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { clusterComposition } from "../hosts/clusterComposition.ts";
import { ClusterEngine } from "../hosts/clusterEngine.ts";
import { engineName } from "../hosts/engineName.ts";
import type { Shelf } from "../hosts/shelf.ts";
import { InlineHost } from "../hosts/transports/inline.ts";
import { realClock } from "../hosts/wallClock.ts";

const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] } as const;

export function newRecording(spec: ClusterSpec): ClusterRecording {
  return { format: 1, engine: engineName, seed: 1, spec, journal: [], checkpoints: [] };
}

/** The engine as it ships, in this thread, its time only moved by advance(). */
export async function startEngine(recording: ClusterRecording, shelf: Shelf | null = null): Promise<ClusterEngine> {
  const engine = new ClusterEngine({
    recording, clock: realClock, speed: 0, hosts: 1, shelf,
    openHost: () => new InlineHost(clusterComposition),
    listener: {
      frame: null,
      notice: (message) => console.error(message),
      failed: (message) => {
        throw new Error(message);
      },
    },
  });
  await engine.start();
  engine.setSpeed(0);
  return engine;
}

export function request(verb: Verb, path: string, body: Json = null): ApiRequest {
  return { id: "bench", verb, path, query: {}, contentType: "application/json", accept: "", userAgent: "bench/1.0", identity, body };
}

/** Answers after at most a virtual second. */
export async function write(engine: ClusterEngine, asked: ApiRequest): Promise<ApiResponse> {
  const answer = engine.write(asked);
  await engine.advance(0.1);
  return answer;
}

export async function readyReplicas(engine: ClusterEngine, name: string): Promise<number> {
  const found = await engine.read(request("get", `/apis/apps/v1/namespaces/default/deployments/${name}`));
  return (found.body as unknown as { readonly status?: { readonly readyReplicas?: number } }).status?.readyReplicas ?? 0;
}

/** CPU and wall seconds of what `work` does. */
export async function measured(work: () => Promise<void>): Promise<{ readonly cpuSeconds: number; readonly wallSeconds: number }> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 };
}
