import type { Taint } from "../../kinds/core/node/types.ts";
import type { Toleration } from "../../kinds/core/pod/types.ts";

/** Whether a toleration covers a taint. Follows component-helpers/scheduling/corev1/helpers.go. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? "") !== "" && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? "") !== "" && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  if ((toleration.operator ?? "Equal") !== "Equal" && toleration.operator !== "") return false;
  return (toleration.key ?? "") !== "" && (toleration.value ?? "") === (taint.value ?? "");
}

export function isTolerated(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}
