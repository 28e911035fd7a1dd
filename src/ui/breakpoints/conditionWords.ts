import type { Condition } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";

export interface ConditionForm {
  readonly type: Condition["type"];
  readonly label: string;
  /** What the person fills in. */
  readonly fields: readonly FormField[];
}

export type FormField = "namespace" | "name" | "selector" | "reason" | "seconds";
export type FormValues = Readonly<Partial<Record<FormField, string>>>;

export const conditionForms: readonly ConditionForm[] = [
  { type: "endpointsGone", label: t`a Service has no ready endpoints`, fields: ["namespace", "name"] },
  { type: "podNotReady", label: t`a Pod is no longer ready`, fields: ["namespace", "name", "selector"] },
  { type: "podCrashLoop", label: t`a Pod is in CrashLoopBackOff`, fields: ["namespace", "name", "selector"] },
  { type: "rolloutComplete", label: t`a Deployment is rolled out`, fields: ["namespace", "name"] },
  { type: "rolloutStalled", label: t`a rollout stalls`, fields: ["namespace", "name"] },
  { type: "nodeNotReady", label: t`a Node is NotReady`, fields: ["name"] },
  { type: "event", label: t`an Event has the reason`, fields: ["reason"] },
  { type: "requestFailed", label: t`a request fails`, fields: [] },
  { type: "time", label: t`the clock reaches`, fields: ["seconds"] },
];

export function conditionForm(type: Condition["type"]): ConditionForm {
  return conditionForms.find((form) => form.type === type) ?? (conditionForms[0] as ConditionForm);
}

/** What was filled in as a condition, or a sentence that says what is wrong with it. */
export function readCondition(type: Condition["type"], values: FormValues): Condition | string {
  const namespace = (values.namespace ?? "").trim();
  const name = (values.name ?? "").trim();
  switch (type) {
    case "podNotReady":
    case "podCrashLoop": {
      const labels = readLabels(values.selector ?? "");
      return typeof labels === "string" ? labels : { type, namespace, name, labels };
    }
    case "nodeNotReady":
      return { type, name };
    case "event": {
      const reason = (values.reason ?? "").trim();
      return reason === "" ? "Say which reason, as kubectl get events shows it." : { type, reason };
    }
    case "requestFailed":
      return { type };
    case "time": {
      const seconds = Number(values.seconds);
      return values.seconds?.trim() && Number.isFinite(seconds) && seconds > 0 ? { type, at: Math.round(seconds * 1_000_000) as Extract<Condition, { type: "time" }>["at"] } : t`Say how many seconds after the start.`;
    }
    default:
      return { type, namespace, name };
  }
}

/** "app=web,tier=front" */
function readLabels(text: string): Readonly<Record<string, string>> | string {
  const labels = new Map<string, string>();
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [key = "", value, ...rest] = part.split("=");
    if (key === "" || value === undefined || rest.length > 0) return t`"${part}" is not a label: write app=web.`;
    labels.set(key.trim(), value.trim());
  }
  return Object.fromEntries(labels);
}

/** What a condition picks of all that could meet it: "default/web", "any". */
export function conditionTarget(condition: Condition): string {
  switch (condition.type) {
    case "event":
      return condition.reason;
    case "requestFailed":
      return "any";
    case "time":
      return `${condition.at / 1_000_000} s`;
    case "nodeNotReady":
      return condition.name || "any";
    default: {
      const labels = "labels" in condition ? Object.entries(condition.labels).map(([key, value]) => `${key}=${value}`) : [];
      const where = condition.namespace === "" ? condition.name : `${condition.namespace}/${condition.name || "*"}`;
      return [where, ...labels].filter((part) => part !== "").join(" ") || "any";
    }
  }
}
