// Stands where projectcalico/calico's felix does: what the API says of policies, made the rules of one node.
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ClientNote, ClientSet, Informer } from "../../client/clientSet.ts";
import { createClientSet } from "../../client/clientSetImpl.ts";
import { namespaceKind } from "../../kinds/core/namespace/kind.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { networkPolicyKind } from "../../kinds/networking/networkpolicy/kind.ts";
import type { NetworkPolicy } from "../../kinds/networking/networkpolicy/types.ts";
import type { PolicyUpdate } from "../../network/policyRules.ts";
import type { CauseId, Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import type { ToPolicyAgent } from "../net/messages.ts";
import { addressOf } from "./podFacts.ts";
import { PolicyCompiler } from "./policyCompiler.ts";
import type { PolicyView } from "./policyCompiler.ts";

export interface PolicyAgentOptions {
  readonly server: ProcessId;
  readonly node: string;
}

/** The agent of a CNI plugin that enforces NetworkPolicy. `id` is "node-1/cni". Talks to "node-1/net". */
export function createPolicyAgent(id: ProcessId, options: PolicyAgentOptions): Process {
  return new PolicyAgent(id, options);
}

/** iptables-restore and ipset of what changed, with whatever came in the meantime. */
const programmingUs = { min: 5_000, max: 40_000 };

interface State {
  /** "policy default/web", "pod default/web-a", "namespace default" -> cause of its last change. */
  dirty: Record<string, CauseId>;
  applying: boolean;
  /** Pods and namespaces are watched, because there is a policy. */
  watching: boolean;
  /** The network has nothing of this agent yet, or has forgotten it. */
  reset: boolean;
}

class PolicyAgent implements Process {
  readonly id: ProcessId;
  readonly #node: string;
  readonly #net: ProcessId;
  readonly #clients: ClientSet;
  readonly #policies: Informer<NetworkPolicy>;
  #pods: Informer<Pod> | null = null;
  #namespaces: Informer<Namespace> | null = null;
  #compiler: PolicyCompiler | null = null;
  #state: State = { dirty: {}, applying: false, watching: false, reset: false };

  constructor(id: ProcessId, { server, node }: PolicyAgentOptions) {
    this.id = id;
    this.#node = node;
    this.#net = `${id.slice(0, id.indexOf("/"))}/net`;
    this.#clients = createClientSet({ server, identity: { type: "user", name: "system:serviceaccount:kube-system:calico-node", groups: ["system:masters", "system:authenticated"] }, userAgent: "calico-node/v3.31.0 (linux/amd64)", qps: 20, burst: 40 });
    this.#policies = this.#clients.informer("networkpolicies", { kind: networkPolicyKind });
  }

  cost(event: ProcessEvent): number {
    return event.type === "timer" && event.key === "apply" ? 500 : 10;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      // What an agent before this one programmed is still in force.
      this.#state.reset = event.incarnation > 1;
      this.#clients.start(ctx);
    } else if (event.type === "timer" && event.key === "apply") this.#apply(ctx);
    else if (event.type === "datagram" && (event.body as unknown as ToPolicyAgent).type === "hello") {
      this.#state.reset = true;
      this.#schedule(ctx);
    }
    for (const note of this.#clients.handle(event, ctx)) this.#note(note, ctx);
  }

  #note(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "synced") {
      if (this.#policies.synced) this.#watchWhatIsNeeded(ctx);
      this.#schedule(ctx);
    }
    if (note.type !== "change") return;
    const name = `${note.object.metadata.namespace ?? ""}/${note.object.metadata.name}`;
    if (note.informer === "networkpolicies") {
      if (note.change === "updated" && deepEqual((note.object as NetworkPolicy).spec, (note.old as NetworkPolicy | null)?.spec)) return;
      this.#state.dirty[`policy ${name}`] = note.cause;
      if (this.#policies.synced) this.#watchWhatIsNeeded(ctx);
    } else if (this.#state.reset) {
      // Everything is to be made anew: what of it changed is of no interest.
      return;
    } else if (note.informer === "pods") {
      if (note.change === "updated" && note.old !== null && !concerns(note.old as Pod, note.object as Pod)) return;
      this.#state.dirty[`pod ${name}`] = note.cause;
    } else {
      if (note.change === "updated" && deepEqual(note.object.metadata.labels, note.old?.metadata.labels)) return;
      this.#state.dirty[`namespace ${note.object.metadata.name}`] = note.cause;
    }
    this.#schedule(ctx);
  }

  /** Without a policy nothing but policies is watched. */
  #watchWhatIsNeeded(ctx: ProcessContext): void {
    const needed = this.#policies.lister.size > 0;
    if (needed === this.#state.watching) return;
    this.#state.watching = needed;
    if (needed) {
      this.#watchPeers();
      this.#state.reset = true;
      // An informer that is new makes its first request at the next event.
      ctx.setTimer("begin", 1);
      return;
    }
    this.#clients.removeInformer(ctx, "pods");
    this.#clients.removeInformer(ctx, "namespaces");
    this.#pods = null;
    this.#namespaces = null;
    this.#compiler = null;
    this.#state.reset = true;
  }

  #watchPeers(): void {
    const isLocal = (pod: Pod): boolean => this.#isLocal(pod);
    this.#pods = this.#clients.informer("pods", {
      kind: podKind,
      indexers: { local: (pod) => (isLocal(pod) ? ["", pod.metadata.namespace ?? ""] : []) },
      sameIndexes: (old, fresh) => old.spec.nodeName === fresh.spec.nodeName,
    });
    this.#namespaces = this.#clients.informer("namespaces", { kind: namespaceKind });
    this.#compiler = new PolicyCompiler();
  }

  #schedule(ctx: ProcessContext): void {
    const { applying, reset, dirty } = this.#state;
    if (applying || !this.#clients.synced || (!reset && Object.keys(dirty).length === 0)) return;
    this.#state.applying = true;
    ctx.setTimer("apply", ctx.random.fork("programming").int(programmingUs.min, programmingUs.max));
  }

  #apply(ctx: ProcessContext): void {
    const state = this.#state;
    state.applying = false;
    // What was begun in the meantime says itself when it is done.
    if (!this.#clients.synced) return;
    const { dirty, reset } = state;
    state.dirty = {};
    state.reset = false;
    const view = this.#view();
    const changed = (kind: string): readonly string[] => Object.keys(dirty).filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length)).sort();
    const policies = changed("policy ");
    const before = new Map(policies.map((policy) => [policy, this.#compiler?.selectedBy(policy).length ?? 0]));
    let update: PolicyUpdate = nothing;
    if (this.#compiler !== null && view !== null) update = reset ? this.#compiler.reset(view) : this.#compiler.update({ policies, pods: changed("pod "), namespaces: changed("namespace ") }, view);
    let cause: CauseId | null = null;
    for (const policy of policies) {
      const text = this.#programmed(policy, before.get(policy) ?? 0);
      if (text !== null) ctx.withCause(dirty[`policy ${policy}`] ?? ctx.cause, () => (cause ??= ctx.explain({ component: `calico-node ${this.#node}`, object: `networkpolicies.networking.k8s.io/${policy}`, text, tone: "progress" })));
    }
    const { pods, removePods, sets, removeSets } = update;
    if (reset || pods.length + removePods.length + sets.length + removeSets.length > 0) ctx.withCause(cause ?? ctx.cause, () => ctx.sendDatagram(this.#net, update as unknown as Json));
  }

  /** What there is to be said of a policy that changed; null where it concerns no pod of this node. */
  #programmed(key: string, before: number): string | null {
    const slash = key.indexOf("/");
    const policy = this.#policies.lister.get({ namespace: key.slice(0, slash), name: key.slice(slash + 1) });
    const count = this.#compiler?.selectedBy(key).length ?? 0;
    const pods = (number: number): string => `${number} ${number === 1 ? "pod" : "pods"}`;
    if (policy === null || count === 0) return before === 0 ? null : `${this.#node} no longer filters by ${key} (before: ${pods(before)})`;
    return `${this.#node} filters ${(policy.spec.policyTypes ?? []).join(" and ").toLowerCase()} of ${pods(count)} by ${key}`;
  }

  #isLocal(pod: Pod): boolean {
    return pod.spec.nodeName === this.#node && pod.spec.hostNetwork !== true;
  }

  #view(): PolicyView | null {
    const pods = this.#pods?.lister;
    const namespaces = this.#namespaces?.lister;
    if (pods === undefined || namespaces === undefined) return null;
    return {
      policiesIn: (namespace) => this.#policies.lister.list(namespace),
      podsIn: (namespace) => pods.list(namespace),
      pod: (namespace, name) => pods.get({ namespace, name }),
      namespaces: () => namespaces.list(null),
      namespace: (name) => namespaces.get({ namespace: "", name }),
      localPods: (namespace) => pods.byIndex("local", namespace),
      allLocalPods: () => pods.byIndex("local", ""),
      isLocal: (pod) => this.#isLocal(pod),
    };
  }

  /** {type: "watches"} -> what is watched. */
  observe(question: Json): Json {
    const asked = question as { readonly type?: string } | null;
    return asked?.type === "watches" ? ["networkpolicies", ...(this.#state.watching ? ["namespaces", "pods"] : [])] : null;
  }

  snapshot(): Json {
    return { clients: this.#clients.snapshot(), compiler: this.#compiler?.snapshot() ?? null, state: { ...this.#state, dirty: { ...this.#state.dirty } } } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { clients: Json; compiler: Json; state: State };
    this.#state = { ...saved.state, dirty: { ...saved.state.dirty } };
    if (this.#state.watching && this.#pods === null) this.#watchPeers();
    if (saved.compiler !== null) this.#compiler?.restore(saved.compiler);
    this.#clients.restore(saved.clients);
  }
}

/** No policy in the whole cluster. */
const nothing: PolicyUpdate = { type: "policies", active: false, reset: true, pods: [], removePods: [], sets: [], removeSets: [] };

/** Whether a change of a pod may change anybody's rules. */
function concerns(old: Pod, fresh: Pod): boolean {
  return old.metadata.uid !== fresh.metadata.uid || old.spec.nodeName !== fresh.spec.nodeName || addressOf(old) !== addressOf(fresh) || !sameLabels(old, fresh);
}

function sameLabels(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.labels === b.metadata.labels || deepEqual(a.metadata.labels ?? {}, b.metadata.labels ?? {});
}
