import { apiServer, cloudManager, etcd, manager, scheduler } from "../app/messages.ts";
import { t } from "../language/text.ts";

export interface PartWords {
  readonly kind: string;
  readonly name: string;
  /** What it is there for. */
  readonly does: string;
  /** What is missing while it is stopped, and what goes on. */
  readonly without: string;
}

const controllers: Readonly<Record<string, readonly [does: string, without: string]>> = {
  deployment: [t`Makes a ReplicaSet for each new template, and moves replicas from the old one to the new.`, t`A changed Deployment rolls nothing out; its ReplicaSets go on keeping their pods.`],
  replicaset: [t`Makes pods until there are as many as wanted, and deletes what is too many.`, t`A pod that is deleted does not come back.`],
  statefulset: [t`Makes pods one after another, each with its name and its claims.`, t`Lost pods of StatefulSets do not come back.`],
  daemonset: [t`Keeps one pod on each machine that fits.`, t`A new machine gets no pod of a DaemonSet.`],
  job: [t`Runs pods until enough have succeeded.`, t`Jobs start nothing new and are not told complete.`],
  cronjob: [t`Makes a Job whenever its schedule says so.`, t`Times of a schedule pass; what was missed is looked at when it is back.`],
  endpointslice: [t`Writes which pods are behind each Service, and which of them are ready.`, t`Services go on sending to the pods that were ready when it stopped.`],
  endpoint: [t`Writes the older Endpoints of each Service.`, t`Endpoints stay as they were; kube-proxy reads EndpointSlices.`],
  nodelifecycle: [t`Marks machines that fall silent, and taints them.`, t`A machine that is dead stays Ready.`],
  "taint-eviction": [t`Evicts pods that do not bear a taint of their machine.`, t`Pods stay on machines that are gone.`],
  garbagecollector: [t`Deletes what has lost its owner.`, t`What belonged to a deleted object stays.`],
  namespace: [t`Empties a namespace that is being deleted, and lets it go.`, t`Namespaces stay Terminating.`],
  podgc: [t`Deletes pods of machines that are gone, and finished ones in crowds.`, t`Such pods stay listed.`],
  horizontalpodautoscaler: [t`Sets replicas by what is measured.`, t`Nothing scales by itself.`],
  "persistentvolume-binder": [t`Binds claims to volumes.`, t`New claims stay Pending.`],
  attachdetach: [t`Attaches volumes to machines and takes them off again.`, t`A pod with an attached volume cannot move.`],
  disruption: [t`Counts how many pods may be evicted.`, t`Budgets are not counted anew; evictions stop when they are used up.`],
  resourcequota: [t`Counts what a namespace has used.`, t`What was deleted stays counted.`],
  serviceaccount: [t`Makes the default ServiceAccount of each namespace.`, t`Pods of a new namespace are refused: their ServiceAccount is missing.`],
};

const processes: Readonly<Record<string, readonly [name: string, does: string, without: string]>> = {
  [etcd]: ["etcd", t`Stores every object with its revision. Only the API server talks to it.`, t`Nothing can be written, so nothing is decided anew. Containers and packet rules go on as they are.`],
  [apiServer]: ["kube-apiserver", t`The only door: it asks who it is and whether they may, fills in, checks, and writes to etcd. Everything else watches it.`, t`Nobody can read or write. Controllers, scheduler and kubelets wait and try again; containers and packet rules go on.`],
  [scheduler]: ["kube-scheduler", t`Chooses a machine for each pod that has none.`, t`New pods stay Pending; those that are placed go on.`],
  [manager]: ["kube-controller-manager", t`Runs the controllers: each compares what is wanted with what is there, and writes the difference.`, t`Nothing is healed, rolled out or scaled. What runs, runs on.`],
  [cloudManager]: ["cloud-controller-manager", t`Tells the cluster of its machines at the provider, and makes load balancers.`, t`Load balancers and machines that go are not noticed.`],
};

const onMachines: Readonly<Record<string, readonly [name: string, does: string, without: string]>> = {
  kubelet: ["kubelet", t`Starts and watches the containers of the pods of its machine, and reports for it.`, t`Containers go on, but nobody probes, restarts or reports: after 50 s the machine counts as not ready.`],
  proxy: ["kube-proxy", t`Writes the packet rules by which Services reach their pods.`, t`The rules stay as they are: traffic goes on to pods that may be gone.`],
  runtime: [t`container runtime`, t`Pulls images and runs containers.`, t`Nothing can be started or stopped on this machine.`],
  net: [t`network of the machine`, t`Carries the packets of the machine and its pods.`, t`No packet comes or goes.`],
};

/** What a part of the control plane is for, in plain words. */
export function partWords(process: string, part: string | null): PartWords {
  if (part !== null) {
    const [does, without] = controllers[part] ?? [t`One of the controllers: it compares what is wanted with what is there.`, t`What it looks after stays as it is.`];
    return { kind: t`Controller · kube-controller-manager`, name: part, does, without };
  }
  const known = processes[process];
  if (known !== undefined) return { kind: t`Control plane`, name: known[0], does: known[1], without: known[2] };
  const [machine = "", name = ""] = process.split("/");
  const [title, does, without] = onMachines[name] ?? [name, t`A process of the cluster.`, t`What it does is not done.`];
  return { kind: t`On ${machine}`, name: title, does, without };
}
