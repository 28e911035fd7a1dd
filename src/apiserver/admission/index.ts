import type { AdmissionPlugin } from "./define.ts";
import { namespaceLifecycle } from "./namespaceLifecycle.ts";

/** Present in the order of upstream; its rules come later. It lets everything pass, and says so. */
function passes(name: string): AdmissionPlugin {
  return { name, implemented: false };
}

/** In upstream's order (pkg/kubeapiserver/options/plugins.go). One file a plugin, one line here. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  passes("LimitRanger"),
];
