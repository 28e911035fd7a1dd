import type { DurationUs } from "../sim/time.ts";
import type { ProcessId } from "../sim/process.ts";
import type { KindDefinition } from "../kinds/define.ts";
import type { NodeGraph } from "./authz/nodeGraph.ts";
import type { RbacAuthorizer } from "./authz/rbacAuthorizer.ts";
import type { DocumentShelf } from "./clientDocuments.ts";
import type { ServiceAllocations } from "./services/allocations.ts";
import type { TokenKeys } from "../kinds/authentication/tokenKeys.ts";
import type { ServerMetrics } from "./metrics/serverMetrics.ts";
import type { Resources } from "./resources.ts";
import type { UsageStore } from "./aggregated/usageStore.ts";
import type { ObjectCache } from "./watch/objectCache.ts";

export interface ApiServerOptions {
  readonly etcd: ProcessId;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  readonly seed: number;
  /** Default 10.96.0.0/16. */
  readonly serviceCidr?: string;
  /** First and last NodePort. */
  readonly nodePorts?: readonly [number, number];
  /** The address that the endpoints of the `kubernetes` Service name. */
  readonly advertiseAddress?: string;
  readonly advertisePort?: number;
  readonly kinds?: readonly KindDefinition[];
  /** Empty by default. */
  readonly documents?: DocumentShelf;
  /** Virtual microseconds that a request keeps the server busy. */
  readonly readCostUs?: DurationUs;
  readonly writeCostUs?: DurationUs;
  readonly eventCostUs?: DurationUs;
  /** Whether writers from outside are warned of fields that nothing here acts on; a cluster without machines simulates none, and has nothing to warn of. */
  readonly warnsOfUnsimulated?: boolean;
  /** The cluster's CNI plugin enforces NetworkPolicy; where it does not, writers are warned. */
  readonly enforcesPolicies?: boolean;
  /** Whether the APIService of metrics-server is there: its group is served, or is unavailable. */
  readonly metricsApi?: boolean;
}

/** What the stages may see of the server. */
export interface ServerView {
  readonly options: Required<Omit<ApiServerOptions, "kinds">>;
  readonly resources: Resources;
  readonly cache: ObjectCache;
  readonly allocations: ServiceAllocations;
  readonly tokens: TokenKeys;
  readonly metrics: ServerMetrics;
  readonly rbac: RbacAuthorizer;
  readonly nodeGraph: NodeGraph;
  /** What metrics-server tells. */
  readonly usage: UsageStore;
}

export function resolveOptions(options: ApiServerOptions): ServerView["options"] {
  return {
    etcd: options.etcd,
    epochUs: options.epochUs,
    seed: options.seed,
    serviceCidr: options.serviceCidr ?? "10.96.0.0/16",
    nodePorts: options.nodePorts ?? [30000, 32767],
    advertiseAddress: options.advertiseAddress ?? "172.18.0.100",
    advertisePort: options.advertisePort ?? 6443,
    readCostUs: options.readCostUs ?? 50,
    writeCostUs: options.writeCostUs ?? 150,
    documents: options.documents ?? { current: null },
    eventCostUs: options.eventCostUs ?? 5,
    warnsOfUnsimulated: options.warnsOfUnsimulated ?? false,
    enforcesPolicies: options.enforcesPolicies ?? true,
    metricsApi: options.metricsApi ?? false,
  };
}
