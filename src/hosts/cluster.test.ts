import { beforeAll, describe, expect, it } from "vitest";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import { kinds } from "../kinds/index.ts";
import type { FlowRecord } from "../network/packet.ts";
import { second, simTime } from "../sim/time.ts";
import type { DocumentShelf } from "../apiserver/clientDocuments.ts";
import { clientDocuments } from "./clientDocuments.ts";
import { clusterComposition, documentedComposition } from "./clusterComposition.ts";
import { ClusterObserver } from "./clusterObserver.ts";
import { openRun, type ClusterRun } from "./testing/clusterRun.ts";
import { bundleNodeThread } from "./transports/bundleNodeThread.mjs";
import { InlineHost } from "./transports/inline.ts";
import { openNodeThread } from "./transports/nodeThread.ts";

const end = simTime(75 * second);

async function play(run: ClusterRun): Promise<ClusterRun> {
  await run.coordinator.open();
  await run.coordinator.advance(end);
  return run;
}

function ask(run: ClusterRun, path: string, accept = ""): Json {
  const request: ApiRequest = { id: "look", verb: path.startsWith("/openapi/") ? "get" : "list", path, query: {}, contentType: "", accept, identity: { type: "user", name: "looker", groups: ["system:masters"] }, body: null };
  const answer = run.coordinator.observe("cp-1/apiserver", { type: "request", request } as unknown as Json) as unknown as { readonly body: Json };
  return answer.body;
}

function read(run: ClusterRun, path: string): { readonly items: readonly { readonly metadata: { readonly uid: string; readonly name: string } }[] } {
  return ask(run, path) as unknown as ReturnType<typeof read>;
}

describe("the history of a whole cluster", () => {
  let inline: ClusterRun;
  let script = "";
  beforeAll(async () => {
    script = await bundleNodeThread("src/hosts/testing/clusterThread.ts");
    inline = await play(openRun());
  }, 60_000);

  it("is a rich one: pods became ready, requests were answered", () => {
    const flows = inline.news.flatMap((each) => each.trace).filter((entry) => (entry.body as { readonly type?: string }).type === "flow").map((entry) => (entry.body as unknown as { readonly flow: { readonly status: number } }).flow);
    expect(flows.filter((flow) => flow.status === 200).length).toBeGreaterThan(500);
    expect(read(inline, "/api/v1/namespaces/default/pods").items).toHaveLength(4);
  });

  it("has the machines that joined, and one under the name of one that left", () => {
    const nodes = read(inline, "/api/v1/nodes").items as unknown as readonly { readonly metadata: { readonly name: string }; readonly status: { readonly capacity: { readonly cpu: string }; readonly addresses: readonly { readonly address: string }[]; readonly conditions: readonly { readonly type: string; readonly status: string }[] } }[];
    const table = nodes.map(({ metadata, status }) => [metadata.name, status.capacity.cpu, status.addresses[0]?.address, status.conditions.find((each) => each.type === "Ready")?.status]);
    expect(table).toEqual([["node-1", "4", "172.18.0.2", "True"], ["node-2", "8", "172.18.0.6", "True"], ["node-3", "4", "172.18.0.4", "True"], ["node-4", "4", "172.18.0.5", "True"]]);
  });

  it.each([2, 4])("is the same on %i hosts of one thread", async (count) => {
    const run = await play(openRun(Array.from({ length: count }, () => new InlineHost(clusterComposition, { freezeBodies: true }))));
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
  }, 60_000);

  it.each([1, 2, 4])("is the same on %i Node threads", async (count) => {
    const run = openRun([new InlineHost(clusterComposition), ...Array.from({ length: count }, () => openNodeThread<ClusterSpec>(script))]);
    try {
      await play(run);
      expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    } finally {
      run.coordinator.close();
    }
  }, 120_000);

  it("is the same with what clients read and without it, which only answers to the outside show", async () => {
    const documents: DocumentShelf = { current: clientDocuments };
    const run = await play(openRun([new InlineHost(documentedComposition(documents))]));
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    const texts = (of: ClusterRun): readonly string[] => (ask(of, "/api/v1/namespaces/default/pods", "application/json;as=Table;g=meta.k8s.io;v=v1") as unknown as { readonly columnDefinitions: readonly { readonly description: string }[] }).columnDefinitions.map(({ description }) => description);
    expect(texts(run)[0]).toContain("Name must be unique within a namespace");
    expect(new Set(texts(inline))).toEqual(new Set([""]));
    expect(ask(run, "/openapi/v3/apis/apps/v1")).toMatchObject({ openapi: "3.0.0" });
    expect(ask(inline, "/openapi/v3/apis/apps/v1")).toMatchObject({ kind: "Status", code: 501 });
  }, 60_000);

  it("is the same where nobody wants the hops of requests, which then have only where they began and who answered", async () => {
    const run = openRun();
    run.coordinator.withoutNotes = true;
    await play(run);
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
    const flows = (of: ClusterRun): readonly FlowRecord[] => of.news.flatMap(({ trace }) => trace).flatMap(({ body }) => (isJsonObject(body) && body["type"] === "flow" ? [body["flow"] as unknown as FlowRecord] : []));
    const [brief, whole] = [flows(run), flows(inline)];
    expect(brief.map(({ id, pod, failure, status, endedAtUs }) => ({ id, pod, failure, status, endedAtUs }))).toEqual(whole.map(({ id, pod, failure, status, endedAtUs }) => ({ id, pod, failure, status, endedAtUs })));
    const answered = brief.find(({ id, status }) => status === 200 && whole.some((flow) => flow.id === id && flow.hops.length > 6));
    expect(answered?.hops.map(({ verdict }) => verdict)).toEqual(["dnat", "answer", "answer"]);
  }, 60_000);

  it("is the same in small steps with a hundred watchers looking on", async () => {
    const run = openRun();
    await run.coordinator.open();
    const watch = (kind: (typeof kinds)[number]): Json => ({
      type: "watch", sinceRevision: -1,
      request: { id: "w", verb: "watch", path: kind.gvk.group === "" ? `/api/v1/${kind.plural}` : `/apis/${kind.gvk.group}/${kind.gvk.version}/${kind.plural}`, query: { watch: "true" }, contentType: "", accept: "", identity: { type: "user", name: "looker", groups: ["system:masters"] }, body: null },
    }) as unknown as Json;
    const watches = Array.from({ length: 100 }, (_, index) => watch(kinds[index % kinds.length] as (typeof kinds)[number]));
    let frames = 0;
    while (run.coordinator.now < end) {
      await run.coordinator.advance(simTime(Math.min(end, run.coordinator.now + 1_234_567)));
      for (const question of watches) frames += (run.coordinator.observe("cp-1/apiserver", question) as unknown as { readonly frames?: readonly unknown[] } | null)?.frames?.length ?? 0;
    }
    expect(frames).toBeGreaterThan(1_000);
    expect(run.coordinator.digest()).toBe(inline.coordinator.digest());
  }, 120_000);

  it.each([13.7, 21.3, 26.1, 30.0004, 33.333, 41.9, 50.2, 58.05, 66.6])("goes on alike from a keyframe taken at %d s and restored into new processes", async (seconds) => {
    const first = openRun();
    await first.coordinator.open();
    await first.coordinator.advance(simTime(Math.round(seconds * second)));
    // What is kept is plain data: it survives being written down.
    const keyframe = structuredClone(await first.coordinator.keyframe());
    const second_ = openRun();
    await second_.coordinator.open();
    await second_.coordinator.restore(keyframe);
    await second_.coordinator.advance(end);
    expect(second_.coordinator.digest()).toBe(inline.coordinator.digest());
  }, 60_000);

  it("leads every object's newest revision back to a command or to boot", async () => {
    const run = openRun();
    await run.coordinator.open();
    const observer = new ClusterObserver((question) => run.coordinator.observe("cp-1/apiserver", question) as Json | null);
    let heard = 0;
    while (run.coordinator.now < end) {
      // Looked at from the very beginning, as the engine does: what was compacted away has no causes any more.
      await run.coordinator.advance(simTime(run.coordinator.now + (run.coordinator.now < second ? 1_000 : 500_000)));
      for (const each of run.news.slice(heard)) for (const entry of each.trace) observer.causes.add(entry);
      heard = run.news.length;
      observer.poll(run.coordinator.now);
    }
    for (const entry of run.coordinator.recording().journal) observer.causes.addCommand(`c${entry.seq}`, entry.at, "you", entry.command.type, null);
    for (const path of ["/api/v1/pods", "/apis/discovery.k8s.io/v1/endpointslices", "/api/v1/events"]) {
      const { items } = read(run, path);
      expect(items.length).toBeGreaterThan(1);
      for (const { metadata } of items) {
        const [root] = observer.why(observer.table.ofUid(metadata.uid), run.coordinator.now);
        expect([metadata.name, root?.id]).toEqual([metadata.name, expect.stringMatching(/^(boot|c\d+)$/)]);
      }
    }
  }, 60_000);
});
