import type { OwnerReference } from "../apimachinery/objectMeta.ts";
import type { NewObject } from "../client/writes.ts";
import type { PodTemplateSpec } from "../kinds/core/pod/types.ts";

/** A pod of a template, as pkg/controller/controller_utils.go (GetPodFromTemplate) makes it. */
export function podFromTemplate(template: PodTemplateSpec, namespace: string, ownerName: string, owner: OwnerReference): NewObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${ownerName}-`,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [owner],
    },
    spec: template.spec,
  };
}
