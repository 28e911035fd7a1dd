import type { Pod } from "../../kinds/core/pod/types.ts";

export type ReferencePlural = "configmaps" | "secrets";
export interface Reference {
  readonly plural: ReferencePlural;
  readonly namespace: string;
  readonly name: string;
}

/** "configmaps/default/settings": also the name of the informer that follows it. */
export function referenceKey(reference: Reference): string {
  return `${reference.plural}/${reference.namespace}/${reference.name}`;
}

/** Every ConfigMap and Secret that this pod's environment and volumes name, each once, in the order of the spec. */
export function podReferences(pod: Pod): readonly Reference[] {
  const namespace = pod.metadata.namespace ?? "";
  const found = new Map<string, Reference>();
  const add = (plural: ReferencePlural, name: string | undefined): void => {
    if (name === undefined || name === "") return;
    const reference = { plural, namespace, name };
    found.set(referenceKey(reference), reference);
  };
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])]) {
    for (const source of container.envFrom ?? []) {
      add("configmaps", source.configMapRef?.name);
      add("secrets", source.secretRef?.name);
    }
    for (const variable of container.env ?? []) {
      add("configmaps", variable.valueFrom?.configMapKeyRef?.name);
      add("secrets", variable.valueFrom?.secretKeyRef?.name);
    }
  }
  for (const secret of pod.spec.imagePullSecrets ?? []) add("secrets", secret.name);
  for (const volume of pod.spec.volumes ?? []) {
    add("configmaps", volume.configMap?.name);
    add("secrets", volume.secret?.secretName);
    for (const source of volume.projected?.sources ?? []) {
      add("configmaps", source.configMap?.name);
      add("secrets", source.secret?.name);
    }
  }
  return [...found.values()];
}
