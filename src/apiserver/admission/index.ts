import { certificateApproval, certificateSigning, certificateSubjectRestriction } from "./certificates.ts";
import { defaultIngressClass } from "./defaultIngressClass.ts";
import { defaultTolerationSeconds } from "./defaultTolerationSeconds.ts";
import { defaultStorageClass } from "./defaultStorageClass.ts";
import type { AdmissionPlugin } from "./define.ts";
import { persistentVolumeClaimResize } from "./persistentVolumeClaimResize.ts";
import { runtimeClass } from "./runtimeClass.ts";
import { storageObjectInUseProtection } from "./storageObjectInUseProtection.ts";
import { limitRanger } from "./limitRanger.ts";
import { namespaceLifecycle } from "./namespaceLifecycle.ts";
import { nodeRestriction } from "./nodeRestriction/nodeRestriction.ts";
import { podSecurity } from "./podSecurity/podSecurity.ts";
import { podTopologyLabels } from "./podTopologyLabels.ts";
import { priority } from "./priority.ts";
import { resourceQuota } from "./resourceQuota.ts";
import { serviceAccount } from "./serviceAccount.ts";
import { taintNodesByCondition } from "./taintNodesByCondition.ts";

/** Present in upstream's order; its rules come later. It lets everything pass, and says so. */
function passes(name: string): AdmissionPlugin {
  return { name, implemented: false };
}

/** In upstream's order (pkg/kubeapiserver/options/plugins.go). One file a plugin, one line here. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  passes("MutatingAdmissionPolicy"),
  passes("MutatingAdmissionWebhook"),
  passes("ValidatingAdmissionPolicy"),
  passes("ValidatingAdmissionWebhook"),
  resourceQuota,
];
