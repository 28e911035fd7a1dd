import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { networkPolicyKind } from "../../kinds/networking/networkpolicy/kind.ts";
import type { NetworkPolicy } from "../../kinds/networking/networkpolicy/types.ts";
import { validateNetworkPolicy } from "../../kinds/networking/networkpolicy/validate.ts";
import { PolicyTables } from "../../network/policyTables.ts";
import { PolicyCompiler, type PolicyChanges, type PolicyView } from "../../node/policy/policyCompiler.ts";
import { permitted } from "./policyReading.ts";

const nodes = new Map([["node-1", "172.18.0.2"], ["node-2", "172.18.0.3"]]);
const outside = ["198.51.100.7", "10.244.9.9", "172.18.0.2", "172.18.0.3"];
const protocols = ["TCP", "UDP"];
const ports = [79, 80, 81, 443, 8080];
const namespaceNames = ["a", "b", "c"];

const label = fc.record({ app: fc.constantFrom("web", "db"), tier: fc.constantFrom("x", "y") }, { requiredKeys: [] });
const selector = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: label }),
  fc.record({ matchExpressions: fc.array(fc.oneof(
    fc.record({ key: fc.constantFrom("app", "tier"), operator: fc.constantFrom("In", "NotIn"), values: fc.subarray(["web", "db", "x", "y"], { minLength: 1 }) }),
    fc.record({ key: fc.constantFrom("app", "tier"), operator: fc.constantFrom("Exists", "DoesNotExist") }),
  ), { minLength: 1, maxLength: 2 }) }),
);
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ namespaceSelector: selector, podSelector: selector }),
  fc.constantFrom(
    { ipBlock: { cidr: "10.244.0.0/16" } }, { ipBlock: { cidr: "10.244.0.0/16", except: ["10.244.1.0/24", "10.244.9.0/24"] } }, { ipBlock: { cidr: "198.51.100.0/24" } },
    { ipBlock: { cidr: "0.0.0.0/0", except: ["172.18.0.0/24"] } }, { ipBlock: { cidr: "172.18.0.3/32" } },
  ),
);
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom("TCP", "UDP", "SCTP"), port: fc.constantFrom<number | string>(80, 443, "http", "dns") }, { requiredKeys: ["port"] }),
  fc.record({ protocol: fc.constantFrom("TCP", "UDP") }, { requiredKeys: [] }),
  fc.constantFrom({ port: 80, endPort: 81 }, { protocol: "UDP", port: 79, endPort: 443 }, { port: 81, endPort: 81 }),
);
const rules = (side: "from" | "to"): fc.Arbitrary<readonly unknown[]> => fc.array(fc.record({ [side]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }, { requiredKeys: [] }), { maxLength: 2 });
const policySpec = fc.record({ podSelector: selector, ingress: rules("from"), egress: rules("to"), policyTypes: fc.subarray(["Ingress", "Egress"]) }, { requiredKeys: ["podSelector"] });
const policies = fc.array(fc.tuple(fc.constantFrom(...namespaceNames), policySpec), { minLength: 1, maxLength: 4 });
const pods = fc.array(fc.record({ namespace: fc.constantFrom(...namespaceNames), labels: label, node: fc.constantFrom("node-1", "node-2"), hostNetwork: fc.constantFrom(false, false, false, true), named: fc.constantFrom(80, 443, 8080), ended: fc.constantFrom(false, false, false, false, true) }), { minLength: 4, maxLength: 8 });
/** What happens afterwards, step by step. */
const steps = fc.array(fc.oneof(
  fc.record({ do: fc.constant("relabel" as const), which: fc.nat(7), labels: label }),
  fc.record({ do: fc.constant("namespace" as const), which: fc.nat(2), labels: label }),
  fc.record({ do: fc.constant("removePod" as const), which: fc.nat(7) }),
  fc.record({ do: fc.constant("addPod" as const), labels: label, which: fc.nat(2) }),
  fc.record({ do: fc.constant("removePolicy" as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant("setPolicy" as const), which: fc.nat(3), spec: policySpec }),
), { maxLength: 6 });

/** Objects as the API stores them, and the nodes that are told of each change. */
class Cluster {
  readonly live = new Map<string, JsonObject>();
  readonly agents = [...nodes.keys()].map((node) => ({ node, compiler: new PolicyCompiler(), tables: new PolicyTables(), view: this.view(node) }));
  #addresses = 0;

  begin(): void {
    for (const { compiler, tables, view } of this.agents) tables.apply(plain(compiler.reset(view)));
  }

  change(changes: Partial<PolicyChanges>): void {
    for (const { compiler, tables, view } of this.agents) tables.apply(plain(compiler.update({ policies: [], pods: [], namespaces: [], ...changes }, view)));
  }

  /** State survives. */
  save(): void {
    for (const agent of this.agents) {
      const [compiler, tables] = [plain(agent.compiler.snapshot()), plain(agent.tables.snapshot())];
      agent.compiler = new PolicyCompiler();
      agent.compiler.restore(compiler);
      agent.tables = new PolicyTables();
      agent.tables.restore(tables);
    }
  }

  all<T>(resource: string): T[] {
    return [...this.live].filter(([key]) => key.startsWith(`${resource}/`)).map(([, value]) => value as unknown as T);
  }

  putPod(name: string, given: { readonly namespace: string; readonly labels: object; readonly node: string; readonly hostNetwork: boolean; readonly named: number; readonly ended: boolean }): string {
    const ip = given.hostNetwork ? (nodes.get(given.node) ?? "") : `10.244.${given.node.slice(5)}.${++this.#addresses + 1}`;
    this.live.set(`pods/${given.namespace}/${name}`, {
      metadata: { name, namespace: given.namespace, labels: given.labels as JsonObject, uid: `${name}-${ip}` }, status: { phase: given.ended ? "Failed" : "Running", podIP: ip },
      spec: { nodeName: given.node, ...(given.hostNetwork ? { hostNetwork: true } : {}), containers: [{ name: "c", ports: [{ name: "http", containerPort: given.named }, { name: "dns", containerPort: 80, protocol: "UDP" }] }] },
    });
    return `${given.namespace}/${name}`;
  }

  /** What is stored is defaulted and valid; null where it is not. */
  putPolicy(namespace: string, name: string, spec: unknown): string | null {
    const given = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace, uid: name, creationTimestamp: "2026-01-01T00:00:00Z" }, spec };
    const policy = networkPolicyKind.defaults(given as unknown as NetworkPolicy);
    if (validateNetworkPolicy(policy).length > 0) return null;
    this.live.set(`networkpolicies.networking.k8s.io/${namespace}/${name}`, policy as unknown as JsonObject);
    return `${namespace}/${name}`;
  }

  view(node: string): PolicyView {
    const pods = (): Pod[] => this.all<Pod>("pods");
    const isLocal = (pod: Pod): boolean => pod.spec.nodeName === node && pod.spec.hostNetwork !== true;
    const get = <T>(key: string): T | null => (this.live.get(key) as unknown as T | undefined) ?? null;
    return {
      policiesIn: (namespace) => this.all<NetworkPolicy>("networkpolicies.networking.k8s.io").filter((policy) => policy.metadata.namespace === namespace),
      podsIn: (namespace) => pods().filter((pod) => pod.metadata.namespace === namespace),
      pod: (namespace, name) => get<Pod>(`pods/${namespace}/${name}`),
      namespaces: () => this.all<Namespace>("namespaces"),
      namespace: (name) => get<Namespace>(`namespaces//${name}`),
      localPods: (namespace) => pods().filter((pod) => isLocal(pod) && pod.metadata.namespace === namespace),
      allLocalPods: () => pods().filter(isLocal),
      isLocal,
    };
  }

  /** Every pair, port and protocol: what the nodes do against what the specification says. */
  differences(count: { checked: number; dropped: number }): readonly string[] {
    const ends = [...this.all<Pod>("pods").filter((pod) => pod.status?.phase === "Running").map((pod) => ({ pod: pod.spec.hostNetwork === true ? null : pod, ip: pod.status?.podIP ?? "" })), ...outside.map((ip) => ({ pod: null, ip }))];
    const wrong: string[] = [];
    for (const from of ends) for (const to of ends) for (const protocol of protocols) for (const number of ports) {
      for (const direction of ["egress", "ingress"] as const) {
        const [own, other] = direction === "egress" ? [from, to] : [to, from];
        if (own.pod === null) continue;
        const agent = this.agents.find(({ node }) => node === own.pod?.spec.nodeName);
        if (agent === undefined || other.ip === own.ip || other.ip === nodes.get(agent.node)) continue;
        const name = `${own.pod.metadata.namespace ?? ""}/${own.pod.metadata.name}`;
        const verdict = agent.tables.verdict(direction, name, { protocol, peer: other.ip, port: number, server: to.ip });
        const allowed = verdict === null || verdict.allowed;
        const read = permitted(this.live, { protocol, port: number, from: from as never, to: to as never, nodes }, direction);
        count.checked++;
        if (!read) count.dropped++;
        if (allowed !== read) wrong.push(`${direction} ${from.ip} -> ${to.ip} ${protocol} ${number}: the node ${allowed ? "lets it through" : "drops it"} (${verdict?.rule ?? "not isolated"}), the specification ${read ? "permits" : "denies"} it`);
      }
    }
    return wrong;
  }
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

describe("the node's filter and the specification", () => {
  it("decide alike in 300 clusters of random policies, for all pairs, ports and protocols, and after each change", { timeout: 120_000 }, () => {
    const count = { checked: 0, dropped: 0, clusters: 0 };
    fc.assert(fc.property(pods, policies, fc.array(label, { minLength: 3, maxLength: 3 }), steps, (givenPods, givenPolicies, namespaceLabels, changes) => {
      const cluster = new Cluster();
      namespaceNames.forEach((name, at) => cluster.live.set(`namespaces//${name}`, { metadata: { name, labels: namespaceLabels[at] as Json } }));
      givenPods.forEach((pod, at) => cluster.putPod(`p${at}`, pod));
      givenPolicies.forEach(([namespace, spec], at) => cluster.putPolicy(namespace, `n${at}`, spec));
      cluster.begin();
      expect(cluster.differences(count)).toEqual([]);
      count.clusters++;
      let made = givenPods.length;
      for (const change of changes) {
        const known = cluster.all<Pod>("pods");
        const pod = known[change.which % Math.max(1, known.length)];
        const key = `${pod?.metadata.namespace ?? ""}/${pod?.metadata.name ?? ""}`;
        const policy = [...cluster.live.keys()].filter((each) => each.startsWith("networkpolicies"))[change.which];
        if (change.do === "relabel" && pod !== undefined) {
          cluster.live.set(`pods/${key}`, { ...(pod as unknown as JsonObject), metadata: { ...pod.metadata, labels: change.labels } as unknown as JsonObject });
          cluster.change({ pods: [key] });
        } else if (change.do === "namespace") {
          const name = namespaceNames[change.which] ?? "a";
          cluster.live.set(`namespaces//${name}`, { metadata: { name, labels: change.labels as Json } });
          cluster.change({ namespaces: [name] });
        } else if (change.do === "removePod" && pod !== undefined) {
          cluster.live.delete(`pods/${key}`);
          cluster.change({ pods: [key] });
        } else if (change.do === "addPod") {
          cluster.change({ pods: [cluster.putPod(`p${made++}`, { namespace: namespaceNames[change.which] ?? "a", labels: change.labels, node: change.which === 0 ? "node-1" : "node-2", hostNetwork: false, named: 80, ended: false })] });
        } else if (change.do === "removePolicy" && policy !== undefined) {
          cluster.live.delete(policy);
          cluster.change({ policies: [policy.slice(policy.indexOf("/") + 1)] });
        } else if (change.do === "setPolicy") {
          const put = cluster.putPolicy(namespaceNames[change.which % 3] ?? "a", `n${change.which}`, change.spec);
          if (put !== null) cluster.change({ policies: [put] });
        }
        if (change.which % 2 === 0) cluster.save();
        expect(cluster.differences(count)).toEqual([]);
      }
    }), { numRuns: 300, seed: 20_260_101 });
    expect(count.clusters).toBe(300);
    expect(count.checked).toBeGreaterThan(400_000);
    // Neither says yes or no to everything.
    expect(count.dropped / count.checked).toBeGreaterThan(0.1);
    expect(count.dropped / count.checked).toBeLessThan(0.9);
  });
});
