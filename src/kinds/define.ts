import type { JsonObject } from "../base/json.ts";
import type { GroupVersionKind } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { FieldError } from "../apimachinery/status.ts";
import type { ColumnText } from "./printing/columnTexts.ts";

export type Subresource =
  | "status" | "scale" | "binding" | "eviction" | "ephemeralcontainers" | "resize" | "log" | "exec" | "attach" | "portforward" | "proxy" | "token" | "finalize" | "approval";

/** One folder a kind, one value a kind. Shared code never asks `kind === "..."`: it reads these traits. */
export interface KindDefinition<O extends KubeObject = KubeObject> {
  /** The version that is stored and served. */
  readonly gvk: GroupVersionKind;
  /** All served versions, preferred first (HPA: v2, v1). */
  readonly versions: readonly string[];
  /** The served versions that are not the stored one. */
  readonly otherVersions?: Readonly<Record<string, KindVersion<O>>>;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: "Namespaced" | "Cluster";
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Name of the definition in the generated schema: "io.k8s.api.apps.v1.Deployment". */
  readonly schema: string;
  /** Upstream's SetDefaults_* that a static schema default cannot say. */
  defaults(obj: O): O;
  readonly strategy: Strategy<O>;
  readonly statusStrategy: Strategy<O> | null;
  /** Strategies of subresources that write the object beside status: "ephemeralcontainers", "resize", "finalize". */
  readonly subresourceStrategies?: Readonly<Partial<Record<Subresource, Strategy<O>>>>;
  /** Conditions of a table row ("Completed"). */
  rowConditions?(obj: O): readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[];
  /** Fields that are kept but not simulated yet, as paths. */
  readonly unsimulated?: readonly string[];
  /** One text for each such field that this object sets; they are not warnings of the real server. `cluster`: what there is of it. */
  unsimulatedWarnings?(obj: O, cluster?: ClusterAbilities): readonly string[];
  /** Field selectors beside metadata.name and metadata.namespace: "spec.nodeName" -> its text. */
  readonly selectableFields: Readonly<Record<string, (obj: O) => string>>;
  readonly columns: readonly Column<O>[];
  /** The object as its row in a table shows it, where that depends on the others of its kind. */
  amongOthers?(obj: O, all: Iterable<KubeObject>): O;
  /** Posted and answered at once, never stored (access reviews). */
  readonly virtual?: boolean;
  /** A DELETE is answered with the deleted object and not with a Status (upstream ReturnDeletedObject). */
  readonly returnsDeletedObject?: boolean;
  /** A DELETE that says nothing of dependents leaves them behind (upstream DefaultGarbageCollectionPolicy), and is warned with this text where it is not "". */
  readonly orphansByDefault?: string;
  /** PUT must name the resource version it replaces (upstream AllowUnconditionalUpdate false). */
  readonly updateNeedsVersion?: boolean;
  /** The warning that comes with every request for it. */
  readonly deprecation?: string;
  /** etcd forgets objects of this kind after so long (upstream --event-ttl). */
  readonly ttlSeconds?: number;
  /** What the scale subresource maps to; null where there is none. */
  readonly scale: ScaleTraits<O> | null;
  readonly graph: GraphTraits<O>;
  /** The YAML a user starts from. */
  readonly template: string;
}

/** What a cluster can do or cannot, as it was set up. */
export interface ClusterAbilities {
  /** Its CNI plugin enforces NetworkPolicy. */
  readonly enforcesPolicies: boolean;
}

/** One more version of a kind: its schema, and the way to what is stored and back. */
export interface KindVersion<O extends KubeObject = KubeObject> {
  readonly schema: string;
  /** The defaults of this version that its schema cannot say. */
  defaults(obj: KubeObject): KubeObject;
  fromStored(obj: O): KubeObject;
  /** A text says why it cannot be converted. */
  toStored(obj: KubeObject): O | string;
}

export interface Strategy<O> {
  /** What a client may not set is reset here. Never changes its argument. */
  prepareForCreate(obj: O): O;
  /** `nowUs`: when the update is made, in Unix microseconds. */
  prepareForUpdate(obj: O, old: O, nowUs?: number): O;
  validate(obj: O): readonly FieldError[];
  validateUpdate(obj: O, old: O): readonly FieldError[];
  warnings(obj: O, old: O | null): readonly string[];
  /** Whether PUT and PATCH may create (upstream AllowCreateOnUpdate). */
  readonly allowCreateOnUpdate: boolean;
  /** Grace period of deletes without one, in seconds; null deletes at once. Pods: their terminationGracePeriodSeconds. */
  gracePeriodSeconds(obj: O): number | null;
}

export interface ScaleTraits<O> {
  replicas(obj: O): number;
  statusReplicas(obj: O): number;
  selectorText(obj: O): string;
  withReplicas(obj: O, replicas: number): O;
}

export interface Column<O> {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "boolean" | "number";
  readonly format?: string;
  /** The name of the text that describes it. */
  readonly description?: ColumnText;
  /** 0 always shown, 1 with -o wide. */
  readonly priority: 0 | 1;
  /** `nowUs`: unix microseconds, for ages. */
  cell(obj: O, nowUs: number): string | number | boolean | null;
}

export type Health = "ok" | "progressing" | "warning" | "failed" | "terminating" | "unknown";

export interface GraphTraits<O> {
  readonly icon: string;
  readonly tier: "edge" | "workload" | "pod" | "config" | "node" | "none";
  health(obj: O): Health;
  /** Name of the node it lives on. */
  node(obj: O): string | null;
  /** The status in one plain sentence, as the inspector says it. */
  sentence(obj: O): string;
  /** The few facts that the graph draws. */
  summary(obj: O): GraphSummary;
  edges(obj: O, index: ObjectIndex): readonly GraphEdge[];
}

export type GraphSummary =
  | { readonly tier: "pod"; readonly phase: string; readonly status: string; readonly ready: boolean; readonly restarts: number; readonly ip: string; readonly images: readonly string[]; readonly labels: Readonly<Record<string, string>>; readonly cpuMilli: number; readonly memoryBytes: number; /** 0: no limit. */ readonly cpuLimitMilli: number; readonly memoryLimitBytes: number }
  | { readonly tier: "node"; readonly ready: boolean; readonly unschedulable: boolean; readonly zone: string; readonly cpuMilli: number; readonly memoryBytes: number; readonly pods: number; readonly taints: readonly string[] }
  | { readonly tier: "workload"; readonly desired: number; readonly current: number; readonly updated: number; readonly ready: number; readonly available: number; readonly revision: string; /** How far a rollout may go above and below what is desired, as the spec says it. */ readonly rails?: { readonly surge: string; readonly unavailable: string } }
  | { readonly tier: "edge"; readonly type: string; readonly addresses: readonly string[]; readonly ports: readonly string[]; readonly rules: readonly { readonly host: string; readonly path: string; readonly backend: string }[]; readonly readyEndpoints: number; readonly totalEndpoints: number }
  | { readonly tier: "config" | "none"; readonly facts: JsonObject };

export type Relation = "owns" | "selects" | "mounts" | "runsOn" | "routesTo";
export interface GraphEdge {
  /** uids */
  readonly from: string;
  readonly to: string;
  readonly relation: Relation;
}
export interface ObjectIndex {
  byUid(uid: string): KubeObject | null;
  byName(plural: string, namespace: string, name: string): KubeObject | null;
  bySelector(plural: string, namespace: string, selector: Readonly<Record<string, string>>): readonly KubeObject[];
}
