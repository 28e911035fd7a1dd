import type { ClientSet, Informer, InformerOptions } from "../client/clientSet.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { replicaSetKind } from "../kinds/apps/replicaset/kind.ts";
import { statefulSetKind } from "../kinds/apps/statefulset/kind.ts";
import { namespaceKind } from "../kinds/core/namespace/kind.ts";
import { nodeKind } from "../kinds/core/node/kind.ts";
import type { Node } from "../kinds/core/node/types.ts";
import { persistentVolumeKind } from "../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../kinds/core/pod/kind.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import { replicationControllerKind } from "../kinds/core/replicationcontroller/kind.ts";
import { serviceKind } from "../kinds/core/service/kind.ts";
import type { KindDefinition } from "../kinds/define.ts";
import { podDisruptionBudgetKind } from "../kinds/policy/poddisruptionbudget/kind.ts";
import { csiDriverKind } from "../kinds/storage/csidriver/kind.ts";
import { csiNodeKind } from "../kinds/storage/csinode/kind.ts";
import { csiStorageCapacityKind } from "../kinds/storage/csistoragecapacity/kind.ts";
import { storageClassKind } from "../kinds/storage/storageclass/kind.ts";
import { volumeAttachmentKind } from "../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../kinds/storage/volumeattachment/types.ts";
import type { ClusterObjects } from "./clusterView.ts";
import { storageClassOf } from "../kinds/volumes/binding.ts";

/** Volumes as this scheduler has promised them to claims, before the API says so. */
export interface PromisedVolumes {
  volume(volume: PersistentVolume): PersistentVolume;
  claim(claim: PersistentVolumeClaim): PersistentVolumeClaim;
}

export interface ClusterReader {
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly objects: ClusterObjects;
}

/** Watches all that scheduling depends on; each informer has its kind's plural as its name. */
export function createClusterReader(clients: ClientSet, promised: PromisedVolumes): ClusterReader {
  const informer = <O extends KubeObject>(kind: KindDefinition<O>, more: Omit<InformerOptions<O>, "kind"> = {}): Informer<O> => clients.informer<O>(kind.plural, { kind, ...more });
  const pods = informer(podKind, { fieldSelector: "status.phase!=Succeeded,status.phase!=Failed" });
  const nodes = informer(nodeKind);
  const services = informer(serviceKind);
  const replicaSets = informer(replicaSetKind);
  const statefulSets = informer(statefulSetKind);
  const replicationControllers = informer(replicationControllerKind);
  const namespaces = informer(namespaceKind);
  const budgets = informer(podDisruptionBudgetKind);
  const claims = informer(persistentVolumeClaimKind);
  const volumes = informer<PersistentVolume>(persistentVolumeKind, { indexers: { class: (volume) => [storageClassOf(volume)] } });
  const storageClasses = informer(storageClassKind);
  const csiNodes = informer(csiNodeKind);
  const csiDrivers = informer(csiDriverKind);
  const capacities = informer(csiStorageCapacityKind);
  const attachments = informer<VolumeAttachment>(volumeAttachmentKind, { indexers: { node: (attachment) => [attachment.spec.nodeName] } });
  const claim = (namespace: string, name: string): PersistentVolumeClaim | null => {
    const found = claims.lister.get({ namespace, name });
    return found === null ? null : promised.claim(found);
  };
  const objects: ClusterObjects = {
    services: (namespace) => services.lister.list(namespace),
    replicaSet: (namespace, name) => replicaSets.lister.get({ namespace, name }),
    statefulSet: (namespace, name) => statefulSets.lister.get({ namespace, name }),
    replicationController: (namespace, name) => replicationControllers.lister.get({ namespace, name }),
    namespaces: () => namespaces.lister.list(null).map((namespace) => namespace.metadata.name),
    namespaceLabels: (name) => namespaces.lister.get({ namespace: "", name })?.metadata.labels,
    disruptionBudgets: () => budgets.lister.list(null),
    claim,
    storageClass: (name) => storageClasses.lister.get({ namespace: "", name }),
    volume: (name) => {
      const found = volumes.lister.get({ namespace: "", name });
      return found === null ? null : promised.volume(found);
    },
    volumesOfClass: (name) => volumes.lister.byIndex("class", name).map((volume) => promised.volume(volume)),
    csiNode: (name) => csiNodes.lister.get({ namespace: "", name }),
    csiDriver: (name) => csiDrivers.lister.get({ namespace: "", name }),
    storageCapacities: () => capacities.lister.list(null),
    attachments: (node) => attachments.lister.byIndex("node", node),
  };
  return { pods, nodes, claims, volumes, objects };
}
