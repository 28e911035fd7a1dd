import { selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import { canonicalQuantity } from "../../apimachinery/quantity.ts";
import { formatLabels } from "../../kinds/printing/cells.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { listOf, metaOf, nameOf, objectOf, textOf } from "../host.ts";
import { annotationLines, annotationsOf, labelsOf, longTime, multiline, numberOf, type DescribeWriter } from "./writer.ts";
import type { Describer } from "./workloads.ts";

// Follows kubectl/pkg/describe/describe.go.

function pairs(map: JsonObject): string {
  return formatLabels(map as Readonly<Record<string, string>>);
}

export const storageClass: Describer = (w, object) => {
  const annotations = annotationsOf(object);
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `IsDefaultClass:\t${annotations["storageclass.kubernetes.io/is-default-class"] === "true" ? "Yes" : "No"}`);
  w.line(0, `Annotations:\t${pairs(annotations)}`);
  w.line(0, `Provisioner:\t${textOf(object["provisioner"])}`);
  w.line(0, `Parameters:\t${pairs(objectOf(object["parameters"]))}`);
  w.line(0, `AllowVolumeExpansion:\t${object["allowVolumeExpansion"] === undefined ? "<unset>" : object["allowVolumeExpansion"] === true ? "True" : "False"}`);
  const options = Array.isArray(object["mountOptions"]) ? object["mountOptions"] : [];
  w.line(0, options.length === 0 ? "MountOptions:\t<none>" : "MountOptions:");
  for (const option of options) w.line(1, String(option));
  if (object["reclaimPolicy"] !== undefined) w.line(0, `ReclaimPolicy:\t${textOf(object["reclaimPolicy"])}`);
  if (object["volumeBindingMode"] !== undefined) w.line(0, `VolumeBindingMode:\t${textOf(object["volumeBindingMode"])}`);
};

export const priorityClass: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Value:\t${numberOf(object["value"])}`);
  w.line(0, `GlobalDefault:\t${object["globalDefault"] === true}`);
  w.line(0, `PreemptionPolicy:\t${textOf(object["preemptionPolicy"])}`);
  w.line(0, `Description:\t${textOf(object["description"])}`);
  w.line(0, `Annotations:\t${pairs(annotationsOf(object))}`);
};

export const ingressClass: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  multiline(w, "Labels", labelsOf(object));
  annotationLines(w, "Annotations", annotationsOf(object));
  w.line(0, `Controller:\t${textOf(objectOf(object["spec"])["controller"])}`);
};

export const disruptionBudget: Describer = (w, object) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
  if (spec["minAvailable"] !== undefined) w.line(0, `Min available:\t${String(spec["minAvailable"])}`);
  else if (spec["maxUnavailable"] !== undefined) w.line(0, `Max unavailable:\t${String(spec["maxUnavailable"])}`);
  w.line(0, `Selector:\t${spec["selector"] === undefined ? "<unset>" : selectorText(selectorFromLabelSelector(objectOf(spec["selector"]) as never))}`);
  w.line(0, "Status:");
  w.line(2, `Allowed disruptions:\t${numberOf(status["disruptionsAllowed"])}`);
  w.line(2, `Current:\t${numberOf(status["currentHealthy"])}`);
  w.line(2, `Desired:\t${numberOf(status["desiredHealthy"])}`);
  w.line(2, `Total:\t${numberOf(status["expectedPods"])}`);
};

export const resourceQuota: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
  const scopes = Array.isArray(objectOf(object["spec"])["scopes"]) ? (objectOf(object["spec"])["scopes"] as readonly Json[]).map(String).sort() : [];
  if (scopes.length > 0) w.line(0, `Scopes:\t${scopes.join(", ")}`);
  w.line(0, "Resource\tUsed\tHard");
  w.line(0, "--------\t----\t----");
  const hard = objectOf(objectOf(object["status"])["hard"]);
  const used = objectOf(objectOf(object["status"])["used"]);
  for (const name of Object.keys(hard).sort()) w.line(0, `${name}\t${canonicalQuantity(String(used[name] ?? "0"))}\t${canonicalQuantity(String(hard[name]))}`);
};

export function limitLines(w: DescribeWriter, range: JsonObject, prefix: string): void {
  for (const item of listOf(objectOf(range["spec"])["limits"])) {
    const of = (key: string) => objectOf(item[key]);
    const names = new Set(["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"].flatMap((key) => Object.keys(of(key))));
    const cell = (key: string, name: string) => (of(key)[name] === undefined ? "-" : canonicalQuantity(String(of(key)[name])));
    for (const name of [...names].sort()) w.line(0, `${prefix}${textOf(item["type"])}\t${name}\t${cell("min", name)}\t${cell("max", name)}\t${cell("defaultRequest", name)}\t${cell("default", name)}\t${cell("maxLimitRequestRatio", name)}`);
  }
}

export const limitRange: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
  w.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
  w.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
  limitLines(w, object, "");
};

/** What a metric is, where it stands and what it is to be. */
function metricLine(metric: JsonObject, current: JsonObject): string {
  const type = textOf(metric["type"]);
  const key = type.charAt(0).toLowerCase() + type.slice(1);
  const source = objectOf(metric[key]);
  const target = objectOf(source["target"]);
  const now = objectOf(objectOf(current[key])["current"]);
  const amount = (value: Json | undefined): string => (value === undefined ? "<unknown>" : canonicalQuantity(String(value)));
  if (type === "Resource" || type === "ContainerResource") {
    const head = `resource ${textOf(source["name"])}${type === "Resource" ? "" : ` of container "${textOf(source["container"])}"`} on pods`;
    if (target["averageValue"] !== undefined) return `${head}:\t${amount(now["averageValue"])} / ${amount(target["averageValue"])}`;
    const used = now["averageUtilization"] === undefined ? "<unknown>" : `${numberOf(now["averageUtilization"])}% (${amount(now["averageValue"])})`;
    return `${head}  (as a percentage of request):\t${used} / ${target["averageUtilization"] === undefined ? "<auto>" : `${numberOf(target["averageUtilization"])}%`}`;
  }
  const name = textOf(objectOf(source["metric"])["name"]);
  if (type === "Pods") return `"${name}" on pods:\t${amount(now["averageValue"])} / ${amount(target["averageValue"])}`;
  const average = target["averageValue"] !== undefined;
  const word = `(target ${average ? "average " : ""}value):\t${amount(now[average ? "averageValue" : "value"])} / ${amount(target[average ? "averageValue" : "value"])}`;
  if (type === "External") return `"${name}" ${word}`;
  const described = objectOf(source["describedObject"]);
  return `"${name}" on ${textOf(described["kind"])}/${textOf(described["name"])} ${word}`;
}

export const autoscaler: Describer = (w, object) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const target = objectOf(spec["scaleTargetRef"]);
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
  multiline(w, "Labels", labelsOf(object));
  annotationLines(w, "Annotations", annotationsOf(object));
  w.line(0, `CreationTimestamp:\t${longTime(metaOf(object)["creationTimestamp"])}`);
  w.line(0, `Reference:\t${textOf(target["kind"])}/${textOf(target["name"])}`);
  w.line(0, "Metrics:\t( current / target )");
  const current = listOf(status["currentMetrics"]);
  listOf(spec["metrics"]).forEach((metric, at) => w.line(1, metricLine(metric, current[at] ?? {})));
  w.line(0, `Min replicas:\t${spec["minReplicas"] === undefined ? "<unset>" : numberOf(spec["minReplicas"])}`);
  w.line(0, `Max replicas:\t${numberOf(spec["maxReplicas"])}`);
  const behavior = objectOf(spec["behavior"]);
  if (spec["behavior"] !== undefined) w.line(0, "Behavior:");
  for (const [word, key] of [["Scale Up", "scaleUp"], ["Scale Down", "scaleDown"]] as const) {
    if (behavior[key] === undefined) continue;
    const rules = objectOf(behavior[key]);
    w.line(1, `${word}:`);
    if (rules["stabilizationWindowSeconds"] !== undefined) w.line(2, `Stabilization Window: ${numberOf(rules["stabilizationWindowSeconds"])} seconds`);
    const policies = listOf(rules["policies"]);
    if (policies.length === 0) continue;
    w.line(2, `Select Policy: ${textOf(rules["selectPolicy"]) || "Max"}`);
    w.line(2, "Policies:");
    for (const policy of policies) w.line(3, `- Type: ${textOf(policy["type"])}\tValue: ${numberOf(policy["value"])}\tPeriod: ${numberOf(policy["periodSeconds"])} seconds`);
  }
  w.line(0, `${textOf(target["kind"])} pods:\t${numberOf(status["currentReplicas"])} current / ${numberOf(status["desiredReplicas"])} desired`);
  const conditions = listOf(status["conditions"]);
  if (conditions.length === 0) return;
  w.line(0, "Conditions:");
  w.line(1, "Type\tStatus\tReason\tMessage");
  w.line(1, "----\t------\t------\t-------");
  for (const one of conditions) w.line(1, `${textOf(one["type"])}\t${textOf(one["status"])}\t${textOf(one["reason"])}\t${textOf(one["message"])}`);
};
