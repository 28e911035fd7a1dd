import { afterEach, describe, expect, it } from "vitest";
import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import type { JsonObject } from "../base/json.ts";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { second, simTime } from "../sim/time.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { ClusterEngine } from "./clusterEngine.ts";
import { bundleNodeThread } from "./transports/bundleNodeThread.mjs";
import type { Frame, GraphFact, Lifecycle, ObjectHistory, WhyLink } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { openNodeThread } from "./transports/nodeThread.ts";
import { HostLost, type HostPort } from "./hostPort.ts";
import type { RemoteHost } from "./remoteHost.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import { fittingKeyframe, type Shelf, type ShelvedKeyframe } from "./shelf.ts";
import { realClock } from "./wallClock.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: ApiRequest["body"] = null): ApiRequest => ({ id: "page-1", verb, path, query: {}, contentType: "", accept: "", identity: person, body });
const web = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
};
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } };
const fresh: ClusterRecording = { format: 1, engine: "", seed: 1, spec: defaultClusterSpec, journal: [], checkpoints: [] };

/** What a page would know from the frames alone. */
class Page {
  readonly facts = new Map<string, GraphFact>();
  readonly edges = new Set<string>();
  readonly frames: Frame[] = [];
  readonly notices: string[] = [];
  readonly failures: string[] = [];

  frame(frame: Frame): void {
    this.frames.push(frame);
    if (frame.reset) {
      this.facts.clear();
      this.edges.clear();
    }
    for (const uid of frame.removes) this.facts.delete(uid);
    for (const fact of frame.upserts) this.facts.set(fact.uid, fact);
    for (const edge of frame.edges.removed) this.edges.delete(`${edge.from} ${edge.relation} ${edge.to}`);
    for (const edge of frame.edges.added) this.edges.add(`${edge.from} ${edge.relation} ${edge.to}`);
  }

  named(plural: string, prefix: string): GraphFact[] {
    return [...this.facts.values()].filter((fact) => fact.plural === plural && fact.ref.name.startsWith(prefix));
  }

  get now(): number {
    return this.frames.at(-1)?.now ?? 0;
  }
}

const engines: ClusterEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

async function open(recording = fresh, more: Partial<ConstructorParameters<typeof ClusterEngine>[0]> = {}): Promise<{ engine: ClusterEngine; page: Page }> {
  const page = new Page();
  const engine = new ClusterEngine({
    recording, clock: realClock, hosts: 1, openHost: () => new InlineHost(clusterComposition), speed: 0,
    listener: { frame: (frame) => page.frame(frame), notice: (message) => void page.notices.push(message), failed: (message) => void page.failures.push(message) },
    ...more,
  });
  engines.push(engine);
  await engine.start();
  return { engine, page };
}

const shown = (): Promise<void> => realClock.wait(40).done;
const sync = async (value: ApiResponse | Promise<ApiResponse>): Promise<ApiResponse> => value;

/** Keeps what it is given, as a database does: as copies. `asked`: the times of the keyframes that were read. */
function shelfInMemory() {
  const shelved: ShelvedKeyframe[] = [];
  const asked: number[] = [];
  const kept: ClusterRecording[] = [];
  const shelf: Shelf = {
    keyframeTimes: () => Promise.resolve(shelved.map(({ at }) => at)),
    keyframe: (_, at) => {
      asked.push(at);
      return Promise.resolve(structuredClone(shelved.find((each) => each.at === at) ?? null));
    },
    addKeyframe: (_, keyframe) => {
      shelved.push(structuredClone(keyframe));
      return Promise.resolve(true);
    },
    lastRecording: () => Promise.resolve(kept.at(-1) ?? null),
    keepRecording: (recording) => void kept.push(structuredClone(recording)),
  };
  return { shelf, shelved, asked, kept };
}

describe("a running cluster", () => {
  it("boots, applies, shows and explains", async () => {
    const { engine, page } = await open();
    await shown();
    expect(engine.ready).toBe(true);
    expect(page.named("nodes", "node-").map((fact) => fact.health)).toEqual(["ok", "ok", "ok"]);
    expect(page.frames.flatMap((frame) => frame.marks.map((mark) => mark.label))).toContain("cluster ready");

    const created = await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    expect(created.code).toBe(201);
    expect((await engine.write(request("create", "/api/v1/namespaces/default/services", service))).code).toBe(201);
    await engine.advance(15);
    await shown();
    const pods = page.named("pods", "web-");
    expect(pods.map((pod) => pod.health)).toEqual(["ok", "ok", "ok"]);
    for (const pod of pods) {
      const why = (await engine.ask({ type: "why", uid: pod.uid })) as unknown as WhyLink[];
      expect(why[0]).toMatchObject({ id: "c1", component: "you", text: "create Deployment web", tone: "person" });
      expect(why.at(-1)?.text).toContain(pod.ref.name);
      expect(why.map((link) => link.at)).toEqual(why.map((link) => link.at).toSorted((a, b) => a - b));
    }
    const [named] = page.named("services", "web");
    for (const pod of pods) expect(page.edges).toContain(`${named?.uid} selects ${pod.uid}`);

    const logs = await sync(engine.read(request("get", `/api/v1/namespaces/default/pods/${pods[0]?.ref.name}/log`)));
    expect(logs).toMatchObject({ code: 200, contentType: "text/plain" });
    expect(await engine.ask({ type: "decision", namespace: "default", pod: pods[0]?.ref.name ?? "" })).toMatchObject({ chosen: pods[0]?.node });
    expect(((await engine.ask({ type: "rules", node: "node-1" })) as string[]).some((rule) => rule.includes("default/web"))).toBe(true);
    const before = await engine.ask({ type: "digest" });
    const queues = (await engine.ask({ type: "queues", keys: 5 })) as unknown as { readonly controllers: readonly JsonObject[]; readonly scheduler: JsonObject };
    expect(queues.controllers.find(({ part }) => part === "replicaset")).toMatchObject({ state: "running", depth: 0, working: 0 });
    expect(queues.scheduler).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 0, pods: [] });
    expect(((await engine.ask({ type: "lifecycle", uid: pods[0]?.uid ?? "" })) as unknown as Lifecycle[]).map(({ container, value }) => [container, value])).toEqual([["", "running"], ["web", "running"]]);
    expect([await engine.ask({ type: "lifecycle", uid: "x" }), await engine.ask({ type: "digest" })]).toEqual([null, before]);
  });

  it("tells an object's revisions with what had each written, up to the time that is looked at", async () => {
    const { engine, page } = await open();
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(15);
    await shown();
    const [pod] = page.named("pods", "web-");
    const history = async (limit: number) => (await engine.ask({ type: "history", uid: pod?.uid ?? "", limit })) as unknown as ObjectHistory;
    const all = await history(50);
    expect(all.older).toBe(0);
    expect(all.revisions.map(({ revision }) => revision)).toEqual(all.revisions.map(({ revision }) => revision).toSorted((a, b) => a - b));
    const names = all.revisions.map(({ object }) => (object as { readonly spec: { readonly nodeName?: string } }).spec.nodeName ?? null);
    expect([names[0], names.at(-1)]).toEqual([null, pod?.node]);
    expect(all.revisions.map(({ why }) => why?.component)).toEqual(expect.arrayContaining(["replicaset controller", "scheduler"]));
    const last = await history(1);
    expect([last.revisions.length, last.older]).toEqual([1, all.revisions.length - 1]);
    engine.lookAt(all.revisions[0]?.at ?? simTime(0));
    expect((await history(50)).revisions).toHaveLength(1);
    expect(await engine.ask({ type: "history", uid: "nobody", limit: 5 })).toBeNull();
  });

  it("answers writes while it is paused, then rests", async () => {
    const { engine, page } = await open();
    const before = engine.now;
    const answer = await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    expect(answer.code).toBe(201);
    await shown();
    expect(engine.now - before).toBeLessThan(0.1 * second);
    expect(page.frames.at(-1)?.speed).toBe(0);
  });

  it("says why a command cannot be done", async () => {
    const { engine } = await open();
    expect(engine.command({ type: "clearFault", id: "nothing" })).toContain("no fault");
    expect(engine.command({ type: "setFault", fault: { id: "f", type: "node-off", target: "node-1", params: {} } })).toBeNull();
    await engine.advance(1);
    await shown();
    expect(engine.recording().journal).toHaveLength(1);
  });

  it("looks back without touching what runs, and comes back", async () => {
    const { engine, page } = await open();
    const before = engine.now;
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(15);
    await shown();
    const [pod] = page.named("pods", "web-");
    if (pod === undefined) throw new Error("no pod");
    const digest = await engine.ask({ type: "digest" });
    engine.lookAt(before);
    expect(page.frames.at(-1)).toMatchObject({ lookingAt: before, reset: "objects" });
    expect(page.named("pods", "web-")).toEqual([]);
    expect(page.named("nodes", "node-")).toHaveLength(3);
    expect(await engine.ask({ type: "object", uid: pod.uid })).toBeNull();
    expect(await engine.ask({ type: "events", limit: 200, about: { kind: "Deployment", namespace: "default", name: "web" } })).toMatchObject({ items: [] });
    engine.lookAt("live");
    expect(page.frames.at(-1)).toMatchObject({ lookingAt: null, reset: "objects" });
    expect(page.named("pods", "web-")).toHaveLength(3);
    expect(await engine.ask({ type: "digest" })).toEqual(digest);
  });

  it("answers of the time that is looked at, while the run goes on", async () => {
    const { engine, page } = await open();
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    const soon = simTime(engine.now + 0.3 * second);
    await engine.advance(15);
    await shown();
    const uid = page.named("pods", "web-")[0]?.uid ?? "";
    engine.lookAt(soon);
    expect(page.facts.get(uid)?.health).toBe("progressing");
    expect(await engine.ask({ type: "object", uid })).toMatchObject({ kind: "Pod", status: { phase: "Pending" } });
    const why = (await engine.ask({ type: "why", uid })) as unknown as readonly WhyLink[];
    expect(why[0]?.text).toBe("create Deployment web");
    expect(why.filter(({ at }) => at > soon)).toEqual([]);
    expect(engine.command({ type: "setFault", fault: { id: "f", type: "node-off", target: "node-1", params: {} } })).toBeNull();
    await engine.advance(1);
    await shown();
    expect(page.frames.at(-1)).toMatchObject({ lookingAt: soon, reset: false, faults: [], upserts: [] });
    expect(page.now).toBeGreaterThan(soon + 15 * second);
    expect(page.frames.flatMap(({ marks }) => marks.map(({ label }) => label))).toContain("Power off: node-1");
    engine.lookAt("live");
    expect(page.frames.at(-1)?.faults).toMatchObject([{ id: "f" }]);
    const replay = await open(engine.recording());
    expect(await replay.engine.ask({ type: "digest" })).toEqual(await engine.ask({ type: "digest" }));
  });

  it("replays a recording to the same digest, on other hosts, watched or not", async () => {
    const { engine } = await open();
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(15);
    const recording = engine.recording();
    const replayed = await open(recording, { hosts: 3 });
    const watches = Array.from({ length: 100 }, () => replayed.engine.watch(request("watch", "/api/v1/pods")));
    expect(await replayed.engine.ask({ type: "digest" })).toEqual(recording.checkpoints.at(-1));
    expect(replayed.page.notices).toEqual([]);
    await replayed.engine.advance(30);
    await engine.advance(30);
    for (const watch of watches) if ("next" in watch) expect(watch.next().frames.length).toBeGreaterThan(0);
    const ends = [await engine.ask({ type: "digest" }), await replayed.engine.ask({ type: "digest" })];
    expect(ends[1]).toEqual(ends[0]);
  });

  it("opens a recording at its last command and goes on with it", async () => {
    const { engine } = await open();
    await engine.advance(2);
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    const { journal } = engine.recording();
    const at = journal[0]?.at ?? null;
    for (const replayTo of [at, null]) {
      const again = await open({ ...fresh, journal }, { replayTo });
      expect(again.engine.recording().journal).toEqual(journal);
      await again.engine.advance(10);
      await shown();
      expect(again.page.named("pods", "web-")).toHaveLength(3);
    }
  });

  it("branches: another future from an earlier time", async () => {
    const { engine, page } = await open();
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(10);
    const fork = engine.now;
    await engine.write(request("delete", "/apis/apps/v1/namespaces/default/deployments/web"));
    await engine.advance(60);
    await shown();
    expect(page.named("pods", "web-")).toEqual([]);
    await engine.branch(simTime(fork));
    await shown();
    expect(engine.now).toBe(fork);
    expect(page.named("pods", "web-")).toHaveLength(3);
    expect(engine.recording()).toMatchObject({ parent: { at: fork }, journal: [{ seq: 1 }] });
    await engine.advance(5);
    expect((await sync(engine.read(request("get", "/apis/apps/v1/namespaces/default/deployments/web")))).code).toBe(200);
  });

  it("has the same history again in a branch with the same input", async () => {
    const { engine } = await open();
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(10);
    const fork = engine.now;
    await engine.advance(50);
    const before = await engine.ask({ type: "digest" });
    await engine.branch(simTime(fork));
    expect(await engine.ask({ type: "digest" })).not.toEqual(before);
    await engine.advance(50);
    expect(await engine.ask({ type: "digest" })).toEqual(before);
  });

  it("does not hold a keyframe that lies on the shelf, and goes back to it all the same", async () => {
    const { shelf, shelved, asked } = shelfInMemory();
    const { engine } = await open(fresh, { shelf });
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(15);
    engine.setHidden(true);
    await engine.advance(5);
    const [target, then] = [engine.now, await engine.ask({ type: "digest" })];
    await engine.advance(1);
    engine.setHidden(true);
    await engine.advance(1);
    const reads = asked.length;
    await engine.branch(simTime(target));
    expect([shelved.length, asked.slice(reads)]).toEqual([2, [shelved[0]?.at]]);
    expect(await engine.ask({ type: "digest" })).toEqual(then);
  });

  it("resumes a kept run from its nearest keyframe, with what explains it", async () => {
    const { shelf, shelved, kept } = shelfInMemory();
    const { engine } = await open(fresh, { shelf });
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    await engine.advance(15);
    engine.setHidden(true);
    await engine.advance(5);
    expect(shelved).toHaveLength(1);
    const recording = engine.recording();
    const again = await open(recording, { shelf });
    expect(await again.engine.ask({ type: "digest" })).toEqual(recording.checkpoints.at(-1));
    await shown();
    const [pod] = again.page.named("pods", "web-");
    const why = (await again.engine.ask({ type: "why", uid: pod?.uid ?? "" })) as unknown as WhyLink[];
    expect(why[0]).toMatchObject({ id: "c1", component: "you" });
    expect(kept.at(-1)?.journal).toHaveLength(1);
    expect(await fittingKeyframe(shelf, "", recording, engine.now)).not.toBeNull();
    const [entry] = recording.journal;
    const other = { ...recording, journal: entry === undefined ? [] : [{ ...entry, at: simTime(entry.at - 1) }] };
    expect(await fittingKeyframe(shelf, "", other, engine.now)).toBeNull();
  });

  it("stays in one thread where no other can be started", async () => {
    const openHost = (index: number) => (index === 0 ? new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition) : openNodeThread<ClusterSpec>("/nowhere/thread.mjs"));
    const { engine, page } = await open(fresh, { openHost, hostsAfterBoot: 3 });
    expect(page.notices).toEqual(["Further workers could not be started; everything runs in one."]);
    expect((await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web))).code).toBe(201);
    expect(page.failures).toEqual([]);
  });

  it("stops before what kills a worker twice, says so, and keeps the recording", async () => {
    const script = await bundleNodeThread("src/hosts/testing/clusterThread.ts");
    const threads: RemoteHost<ClusterSpec>[] = [];
    const openHost = (index: number) => {
      if (index === 0) return new InlineHost(clusterComposition);
      const thread = openNodeThread<ClusterSpec>(script);
      threads.push(thread);
      return thread;
    };
    const failures: string[] = [];
    // At the notice: a moment later, on a slow machine, the new one may have come past what killed the first.
    const listener = { frame: null, notice: () => threads[1]?.close(), failed: (message: string) => void failures.push(message) };
    const { engine } = await open(fresh, { openHost, hostsAfterBoot: 2, speed: 1, listener });
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    const until = realClock.nowMs() + 15_000;
    threads[0]?.close();
    while (failures.length === 0 && realClock.nowMs() < until) await shown();
    expect(failures).toEqual([expect.stringMatching(/^The engine stopped at /)]);
    expect(engine.recording().journal).toHaveLength(1);
  }, 40_000);

  it("replaces a worker that died, and says so once", async () => {
    const script = await bundleNodeThread("src/hosts/testing/clusterThread.ts");
    const threads: RemoteHost<ClusterSpec>[] = [];
    const openHost = (index: number) => {
      if (index === 0) return new InlineHost(clusterComposition);
      const thread = openNodeThread<ClusterSpec>(script);
      threads.push(thread);
      return thread;
    };
    const { engine, page } = await open(fresh, { openHost, hostsAfterBoot: 3, speed: 1 });
    await engine.write(request("create", "/apis/apps/v1/namespaces/default/deployments", web));
    threads[0]?.close();
    const until = realClock.nowMs() + 10_000;
    while (page.notices.length === 0 && realClock.nowMs() < until) await shown();
    expect(page.notices).toEqual(["A worker was restarted and its state restored."]);
    expect(page.failures).toEqual([]);
    await engine.advance(15);
    await shown();
    expect(page.named("pods", "web-").map((pod) => pod.health)).toEqual(["ok", "ok", "ok"]);
  });

  it("stops where a worker dies twice, and keeps the recording", async () => {
    let dies = false;
    const said: string[] = [];
    const openHost = () => {
      const host: HostPort<ClusterSpec> = new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition);
      const runWindow = host.runWindow.bind(host);
      host.runWindow = (grant) => {
        if (!dies) return runWindow(grant);
        dies = false;
        return Promise.reject(new HostLost("gone"));
      };
      return host;
    };
    const notice = (message: string): void => {
      said.push(message);
      dies = said.length === 2;
    };
    const { engine } = await open(fresh, { openHost, speed: 20, listener: { frame: null, notice, failed: (message) => void said.push(message) } });
    const until = realClock.nowMs() + 10_000;
    const wait = async (count: number): Promise<void> => {
      while (said.length < count && realClock.nowMs() < until) await shown();
    };
    // Once here, and once more after it has come past.
    dies = true;
    await wait(1);
    dies = false;
    const past = engine.now + 2 * second;
    while (engine.now < past && realClock.nowMs() < until) await shown();
    dies = true;
    await wait(3);
    const restarted = "A worker was restarted and its state restored.";
    expect(said).toEqual([restarted, restarted, expect.stringMatching(/^The engine stopped at \d+\.\d{3} s: gone$/)]);
  });
});
