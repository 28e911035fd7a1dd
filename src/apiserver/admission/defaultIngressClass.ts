import { compareText } from "../../base/compareText.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";

const defaultAnnotation = "ingressclass.kubernetes.io/is-default-class";
const legacyAnnotation = "kubernetes.io/ingress.class";

/** An Ingress without a class gets the newest default one. Follows plugin/pkg/admission/network/defaultingressclass/admission.go. */
export const defaultIngressClass: AdmissionPlugin = { name: "DefaultIngressClass", implemented: true, resources: ["ingresses.networking.k8s.io"], mutate };

function mutate(admission: Admission): KubeObject {
  const object = unchanged(admission);
  const { target, operation, rc } = admission;
  if (target.resource.id !== "ingresses.networking.k8s.io" || target.subresource !== "" || operation !== "CREATE") return object;
  const spec = (object.spec ?? {}) as { readonly ingressClassName?: string };
  if (spec.ingressClassName !== undefined || object.metadata.annotations?.[legacyAnnotation] !== undefined) return object;
  const resource = rc.server.resources.get("ingressclasses.networking.k8s.io");
  if (resource === null) return object;
  const defaults = Array.from(rc.server.cache.range(resource, ""), ([, entry]) => entry).filter((entry) => entry.metadata.annotations?.[defaultAnnotation] === "true");
  defaults.sort((a, b) => compareText(b.metadata.creationTimestamp, a.metadata.creationTimestamp) || compareText(a.metadata.name, b.metadata.name));
  const [chosen] = defaults;
  return chosen === undefined ? object : { ...object, spec: { ...spec, ingressClassName: chosen.metadata.name } };
}
