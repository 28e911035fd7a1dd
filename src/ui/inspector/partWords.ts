import { apiServer, cloudManager, etcd, manager, scheduler } from "../app/messages.ts";

export interface PartWords {
  readonly kind: string;
  readonly name: string;
  /** What it is there for. */
  readonly does: string;
  /** What is missing while it is stopped, and what goes on. */
  readonly without: string;
}

const controllers: Readonly<Record<string, readonly [does: string, without: string]>> = {
  deployment: ["Makes a ReplicaSet for each new template, and moves replicas from the old one to the new.", "A changed Deployment rolls nothing out; its ReplicaSets go on keeping their pods."],
  replicaset: ["Makes pods until there are as many as wanted, and deletes what is too many.", "A pod that is deleted does not come back."],
  statefulset: ["Makes pods one after another, each with its name and its claims.", "Lost pods of StatefulSets do not come back."],
  daemonset: ["Keeps one pod on each machine that fits.", "A new machine gets no pod of a DaemonSet."],
  job: ["Runs pods until enough have succeeded.", "Jobs start nothing new and are not told complete."],
  cronjob: ["Makes a Job whenever its schedule says so.", "Times of a schedule pass; what was missed is looked at when it is back."],
  endpointslice: ["Writes which pods are behind each Service, and which of them are ready.", "Services go on sending to the pods that were ready when it stopped."],
  endpoint: ["Writes the older Endpoints of each Service.", "Endpoints stay as they were; kube-proxy reads EndpointSlices."],
  nodelifecycle: ["Marks machines that fall silent, and taints them.", "A machine that is dead stays Ready."],
  "taint-eviction": ["Evicts pods that do not bear a taint of their machine.", "Pods stay on machines that are gone."],
  garbagecollector: ["Deletes what has lost its owner.", "What belonged to a deleted object stays."],
  namespace: ["Empties a namespace that is being deleted, and lets it go.", "Namespaces stay Terminating."],
  podgc: ["Deletes pods of machines that are gone, and finished ones in crowds.", "Such pods stay listed."],
  horizontalpodautoscaler: ["Sets replicas by what is measured.", "Nothing scales by itself."],
  "persistentvolume-binder": ["Binds claims to volumes.", "New claims stay Pending."],
  attachdetach: ["Attaches volumes to machines and takes them off again.", "A pod with an attached volume cannot move."],
  disruption: ["Counts how many pods may be evicted.", "Budgets are not counted anew; evictions stop when they are used up."],
  resourcequota: ["Counts what a namespace has used.", "What was deleted stays counted."],
  serviceaccount: ["Makes the default ServiceAccount of each namespace.", "Pods of a new namespace are refused: their ServiceAccount is missing."],
};

const processes: Readonly<Record<string, readonly [name: string, does: string, without: string]>> = {
  [etcd]: ["etcd", "Stores every object with its revision. Only the API server talks to it.", "Nothing can be written, so nothing is decided anew. Containers and packet rules go on as they are."],
  [apiServer]: ["kube-apiserver", "The only door: it asks who it is and whether they may, fills in, checks, and writes to etcd. Everything else watches it.", "Nobody can read or write. Controllers, scheduler and kubelets wait and try again; containers and packet rules go on."],
  [scheduler]: ["kube-scheduler", "Chooses a machine for each pod that has none.", "New pods stay Pending; those that are placed go on."],
  [manager]: ["kube-controller-manager", "Runs the controllers: each compares what is wanted with what is there, and writes the difference.", "Nothing is healed, rolled out or scaled. What runs, runs on."],
  [cloudManager]: ["cloud-controller-manager", "Tells the cluster of its machines at the provider, and makes load balancers.", "Load balancers and machines that go are not noticed."],
};

const onMachines: Readonly<Record<string, readonly [name: string, does: string, without: string]>> = {
  kubelet: ["kubelet", "Starts and watches the containers of the pods of its machine, and reports for it.", "Containers go on, but nobody probes, restarts or reports: after 50 s the machine counts as not ready."],
  proxy: ["kube-proxy", "Writes the packet rules by which Services reach their pods.", "The rules stay as they are: traffic goes on to pods that may be gone."],
  runtime: ["container runtime", "Pulls images and runs containers.", "Nothing can be started or stopped on this machine."],
  net: ["network of the machine", "Carries the packets of the machine and its pods.", "No packet comes or goes."],
};

/** What a part of the control plane is for, in plain words. */
export function partWords(process: string, part: string | null): PartWords {
  if (part !== null) {
    const [does, without] = controllers[part] ?? ["One of the controllers: it compares what is wanted with what is there.", "What it looks after stays as it is."];
    return { kind: "Controller · kube-controller-manager", name: part, does, without };
  }
  const known = processes[process];
  if (known !== undefined) return { kind: "Control plane", name: known[0], does: known[1], without: known[2] };
  const [machine = "", name = ""] = process.split("/");
  const [title, does, without] = onMachines[name] ?? [name, "A process of the cluster.", "What it does is not done."];
  return { kind: `On ${machine}`, name: title, does, without };
}
