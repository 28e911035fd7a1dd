import { labelsOf, single, type Family, type Labels } from "../../apimachinery/exposition.ts";
import { quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import { serverVersion } from "../../apiserver/discovery/serverVersion.ts";
import type { ObservedUse } from "../../node/runtime/observedUse.ts";
import { apiServer } from "../clusterComposition.ts";
import type { ObjectTable } from "../objectTable.ts";
import type { Look } from "../outsideLook.ts";
import { eitherSays } from "../queues.ts";
import { etcdFamilies, managerFamilies, schedulerFamilies } from "./controlPlaneFamilies.ts";
import { cadvisorFamilies, kubeletFamilies } from "./kubeletFamilies.ts";

export interface Scraped {
  readonly target: Labels;
  readonly families: readonly Family[];
}

/** Of what the API server exposes: the rest doubles what is kept and tells little more. */
const ofInterest: ReadonlySet<string> = new Set([
  "apiserver_request_total", "apiserver_request_duration_seconds", "apiserver_longrunning_requests", "apiserver_storage_objects", "etcd_request_duration_seconds", "etcd_requests_total",
]);
/** Told by every cgroup at every scrape and worth no series. */
const passedOver: ReadonlySet<string> = new Set(["container_last_seen", "container_memory_rss", "container_memory_usage_bytes", "container_spec_cpu_period"]);

/** All targets at one moment: looks, so that nothing of the history knows of it. A target that does not answer is `up` 0. `pods`: each of them too. */
export async function scrapeAll(look: Look, table: ObjectTable, pods: boolean): Promise<readonly Scraped[]> {
  const nodes = [...table.inNamespace("nodes", "")].map(({ object }) => object as unknown as SeenNode);
  const [server, parts, kubelets] = await Promise.all([
    look(apiServer, { type: "metrics" }),
    Promise.all(components.map(async (job) => told({ job }, await componentFamilies(look, job)))),
    Promise.all(nodes.map((node) => scrapeNode(look, node, pods))),
  ]);
  return [
    told({ job: "apiserver" }, server === null ? null : (server as unknown as readonly Family[]).filter(({ name }) => ofInterest.has(name))),
    ...parts,
    ...kubelets.flat(),
  ];
}

const components = ["kube-controller-manager", "kube-scheduler", "etcd"] as const;

/** What a component of the control plane exposes by itself; null where it is none, or does not answer. */
export async function componentFamilies(look: Look, component: string): Promise<readonly Family[] | null> {
  switch (component) {
    case "kube-controller-manager": {
      const parts = await eitherSays(look, "cp-1/kube-controller-manager", { type: "parts", keys: 0 });
      return parts === null ? null : managerFamilies(parts);
    }
    case "kube-scheduler": {
      const queue = await eitherSays(look, "cp-1/kube-scheduler", { type: "metrics" });
      return queue === null ? null : schedulerFamilies(queue);
    }
    case "etcd": {
      const store = await look("cp-1/etcd", { type: "metrics" });
      return store === null ? null : etcdFamilies(store);
    }
    default:
      return null;
  }
}

function told(target: Readonly<Record<string, string>>, families: readonly Family[] | null): Scraped {
  return { target: labelsOf(target), families: [single("up", "gauge", "", Number(families !== null)), ...(families ?? [])] };
}

interface SeenNode {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly capacity?: Readonly<Record<string, string>> };
}

async function scrapeNode(look: Look, { metadata, status }: SeenNode, pods: boolean): Promise<readonly Scraped[]> {
  const node = metadata.name;
  const serving = await look(`${node}/kubelet`, { type: "serving" });
  const use = serving === null ? null : ((await look(`${node}/runtime`, { type: "use" })) as unknown as ObservedUse | null);
  const capacity = status?.capacity ?? {};
  const machine = { cpuMilli: quantityMilli(capacity["cpu"] ?? "0"), memoryBytes: quantityBytes(capacity["memory"] ?? "0") };
  const cadvisor = use === null ? null : cadvisorFamilies(pods ? use : { ...use, containers: [] }, machine, () => "").filter(({ name }) => !passedOver.has(name)).map(withoutCgroup);
  return [
    told({ job: "kubelet", metrics_path: "/metrics", node }, use === null ? null : kubeletFamilies(node, use, serverVersion)),
    told({ job: "kubelet", metrics_path: "/metrics/cadvisor", node }, cadvisor),
  ];
}

/** Which cgroup and which run of the container it is would make another series of each. As many setups drop them. */
function withoutCgroup(family: Family): Family {
  if (family.type === "histogram") return family;
  return { ...family, samples: family.samples.map((sample) => ({ ...sample, labels: sample.labels.filter(([name, value]) => name !== "name" && (name !== "id" || value === "/")) })) };
}
