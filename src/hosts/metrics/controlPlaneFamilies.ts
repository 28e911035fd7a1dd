// Names, types and labels follow component-base/metrics/prometheus/workqueue, pkg/scheduler/metrics/metrics.go and etcd's server/storage/mvcc/metrics.go.
import type { Json } from "../../base/json.ts";
import { family, single, type Family } from "../../apimachinery/exposition.ts";

/** The metric's name of a controller's queue, where upstream calls it otherwise than the controller. Those with two queues upstream have the first's name. */
const queueNames: ReadonlyMap<string, string> = new Map([
  ["endpointslice", "endpoint_slice"], ["endpointslicemirroring", "endpoint_slice_mirroring"], ["replicationcontroller", "replicationmanager"], ["garbagecollector", "garbage_collector_attempt_to_delete"],
  ["ttl-after-finished", "ttl_jobs_to_delete"], ["pv-protection", "pvprotection"], ["pvc-protection", "pvcprotection"], ["root-ca-certificate-publisher", "root_ca_cert_publisher"],
  ["resourcequota", "resourcequota_primary"], ["ephemeral-volume", "ephemeral_volume"], ["persistentvolume-expander", "volume_expand"], ["persistentvolume-binder", "claims"],
  ["clusterrole-aggregation", "ClusterRoleAggregator"], ["nodelifecycle", "node_lifecycle_controller"], ["taint-eviction", "noexec_taint_pod"], ["serviceaccount-token", "serviceaccount_tokens_secret"],
  ["csrapproving", "certificate"], ["podgc", "orphaned_pods_nodes"],
]);

interface ControllerPart {
  readonly part: string;
  readonly depth: number;
  readonly adds: number;
  readonly retries: number;
}

/** What the controller manager tells of its queues ({type: "parts"}). Differs: how long keys wait and are worked on is not kept. */
export function managerFamilies(parts: Json): readonly Family[] {
  const queues = parts as unknown as readonly ControllerPart[];
  const each = (value: (part: ControllerPart) => number): (readonly [Readonly<Record<string, string>>, number])[] => queues.map((part) => [{ name: queueNames.get(part.part) ?? part.part }, value(part)]);
  return [
    family("workqueue_adds_total", "counter", "[ALPHA] Total number of adds handled by workqueue", each(({ adds }) => adds)),
    family("workqueue_depth", "gauge", "[ALPHA] Current depth of workqueue", each(({ depth }) => depth)),
    family("workqueue_retries_total", "counter", "[ALPHA] Total number of retries handled by workqueue", each(({ retries }) => retries)),
  ];
}

/** What the scheduler tells ({type: "metrics"}). */
export function schedulerFamilies(told: Json): readonly Family[] {
  const { attempts, ...depths } = told as unknown as Readonly<Record<"active" | "backoff" | "unschedulable" | "gated", number>> & { readonly attempts: readonly (readonly [string, number])[] };
  const queues = Object.entries(depths).map(([queue, count]) => [{ queue }, count] as const);
  return [
    family("scheduler_pending_pods", "gauge", "[STABLE] Number of pending pods, by the queue type: 'active' those in activeQ, 'backoff' those in backoffQ, 'unschedulable' those in unschedulablePods that the scheduler attempted to schedule and failed, 'gated' those that it never attempted because they are gated.", queues),
    family("scheduler_schedule_attempts_total", "counter", "[STABLE] Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, 'error' an internal problem of the scheduler.", attempts.map(([key, count]) => {
      const [profile = "", result = ""] = key.split("|");
      return [{ profile, result }, count];
    })),
  ];
}

/** What etcd tells: the store's, as the requests are the API server's to count. */
export function etcdFamilies(told: Json): readonly Family[] {
  const { keys, revision, compactRevision, watchers } = told as unknown as Readonly<Record<"keys" | "revision" | "compactRevision" | "watchers", number>>;
  return [
    single("etcd_server_has_leader", "gauge", "Whether or not a leader exists. 1 is existence, 0 is not.", 1),
    single("etcd_debugging_mvcc_keys_total", "gauge", "Total number of keys.", keys),
    single("etcd_debugging_mvcc_current_revision", "gauge", "The current revision of store.", revision),
    single("etcd_debugging_mvcc_compact_revision", "gauge", "The revision of the last compaction in store.", compactRevision),
    single("etcd_debugging_mvcc_watch_stream_total", "gauge", "Total number of watch streams.", watchers),
  ];
}
