// Follows pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), which every sync of a pod calls.
import type { Draft } from "./draft.ts";
import type { Wake } from "./sync.ts";

/** A pod that nothing happens to is synced about that often. */
const resyncUs = 75_000_000;

/** Says which of the secrets for its registries a pod names in vain. The pull is tried all the same. */
export function tellMissingSecrets(draft: Draft, wake: Wake): void {
  const missing = draft.env.missingPullSecrets(draft.state.pod);
  if (missing.length === 0) return;
  const dueUs = (draft.state.pullSecretsToldUs ?? 0) + resyncUs;
  if (draft.env.nowUs < dueUs) return wake.at(dueUs);
  draft.event("Warning", "FailedToRetrieveImagePullSecret", `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`);
  draft.set({ pullSecretsToldUs: draft.env.nowUs });
  wake.at(draft.env.nowUs + resyncUs);
}
