import { defaultIngressClass } from "./defaultIngressClass.ts";
import { defaultTolerationSeconds } from "./defaultTolerationSeconds.ts";
import type { AdmissionPlugin } from "./define.ts";
import { namespaceLifecycle } from "./namespaceLifecycle.ts";
import { nodeRestriction } from "./nodeRestriction/nodeRestriction.ts";
import { podSecurity } from "./podSecurity/podSecurity.ts";
import { podTopologyLabels } from "./podTopologyLabels.ts";
import { priority } from "./priority.ts";
import { serviceAccount } from "./serviceAccount.ts";
import { taintNodesByCondition } from "./taintNodesByCondition.ts";

/** Present in upstream's order; its rules come later. It lets everything pass, and says so. */
function passes(name: string): AdmissionPlugin {
  return { name, implemented: false };
}

/** In upstream's order (pkg/kubeapiserver/options/plugins.go). One file a plugin, one line here. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  passes("LimitRanger"),
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  passes("DefaultStorageClass"),
  passes("StorageObjectInUseProtection"),
  passes("PersistentVolumeClaimResize"),
  passes("RuntimeClass"),
  passes("CertificateApproval"),
  passes("CertificateSigning"),
  passes("CertificateSubjectRestriction"),
  defaultIngressClass,
  podTopologyLabels,
  passes("MutatingAdmissionPolicy"),
  passes("MutatingAdmissionWebhook"),
  passes("ValidatingAdmissionPolicy"),
  passes("ValidatingAdmissionWebhook"),
  passes("ResourceQuota"),
];
