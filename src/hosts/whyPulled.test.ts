import { expect, it } from "vitest";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { ClusterEngine } from "./clusterEngine.ts";
import type { WhyLink } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { realClock } from "./wallClock.ts";

it("a pull that waits for another has its own reason, not that of the other", async () => {
  const spec = { ...defaultClusterSpec, nodes: defaultClusterSpec.nodes.slice(0, 1), addons: [] };
  const engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec, journal: [], checkpoints: [] }, clock: realClock, hosts: 1, speed: 0, openHost: () => new InlineHost(clusterComposition),
    listener: { frame: null, notice: () => undefined, failed: (message) => { throw new Error(message); } },
  });
  await engine.start();
  // The node's taint goes a moment after it is Ready.
  await engine.advance(2);
  const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
  const ask = { id: "", query: {}, contentType: "application/json", accept: "", identity };
  const pods = "/api/v1/namespaces/default/pods";
  for (const [name, image] of [["large", "mysql:8.0"], ["missing", "nginx:1.161"]] as const) {
    void engine.write({ ...ask, verb: "create", path: pods, body: { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "c", image }] } } });
  }
  await engine.advance(60);
  for (const name of ["large", "missing"]) {
    const found = await engine.read({ ...ask, verb: "get", path: `${pods}/${name}`, body: null });
    const { uid } = (found.body as unknown as { readonly metadata: { readonly uid: string } }).metadata;
    const why = (await engine.ask({ type: "why", uid })) as unknown as readonly WhyLink[];
    expect(why[0]?.text).toBe(`create Pod ${name}`);
  }
  await engine.stop();
});
