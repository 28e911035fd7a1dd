// Follows kubernetes/ingress-nginx internal/ingress/controller/store/store.go (GetIngressClass) and ingressclass.go.
import { compareText } from "../../../base/compareText.ts";
import type { Ingress } from "../../../kinds/networking/ingress/types.ts";
import type { IngressClass } from "../../../kinds/networking/ingressclass/types.ts";

/** Which Ingresses a controller is for: --controller-class, --ingress-class, --watch-ingress-without-class, --ingress-class-by-name, --watch-namespace. */
export interface ClassOptions {
  readonly controller: string;
  readonly annotation: string;
  readonly withoutClass: boolean;
  readonly byName: boolean;
  /** "": all. */
  readonly namespace: string;
}

/** Oldest first: on a conflict the older one keeps its path. spec.ingressClassName goes before the annotation. */
export function servedIngresses(ingresses: readonly Ingress[], classes: readonly IngressClass[], options: ClassOptions): readonly Ingress[] {
  const ours = new Set(classes.filter((each) => each.spec?.controller === options.controller || (options.byName && each.metadata.name === options.annotation)).map((each) => each.metadata.name));
  const served = ingresses.filter((ingress) => {
    if (options.namespace !== "" && ingress.metadata.namespace !== options.namespace) return false;
    if (ingress.spec.ingressClassName !== undefined) return ours.has(ingress.spec.ingressClassName);
    const annotation = ingress.metadata.annotations?.["kubernetes.io/ingress.class"];
    return annotation === undefined ? options.withoutClass : annotation === options.annotation;
  });
  return served.sort((a, b) => compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(`${a.metadata.namespace ?? ""}/${a.metadata.name}`, `${b.metadata.namespace ?? ""}/${b.metadata.name}`));
}
