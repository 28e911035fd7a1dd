import { selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { ageSince, formatLabels } from "../../kinds/printing/cells.ts";
import { humanDuration } from "../../kinds/printing/humanDuration.ts";
import { canonicalQuantity } from "../../apimachinery/quantity.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { listOf, metaOf, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { uidOf } from "../output/printers.ts";
import { containerLines, spreadLines, templateLines, tolerationLines, volumeLines } from "./podTemplate.ts";
import { annotationLines, annotationsOf, controllerOf, goList, labelsOf, longTime, multiline, numberOf, type DescribeWriter } from "./writer.ts";

// Follows kubectl/pkg/describe/describe.go.

/** Writes what is told of an object before its events. */
export type Describer = (w: DescribeWriter, object: JsonObject, host: KubectlHost) => Promise<void> | void;

async function list(host: KubectlHost, path: string, query: Record<string, string>): Promise<readonly JsonObject[]> {
  const response = await host.client.send({ verb: "list", path, query: { ...query, limit: "500" } });
  return ok(response) ? listOf(objectOf(response.body)["items"]) : [];
}

function selectorOf(spec: JsonObject): string {
  return selectorText(selectorFromLabelSelector(objectOf(spec["selector"]) as never));
}

function head(w: DescribeWriter, object: JsonObject): void {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
}

function marks(w: DescribeWriter, object: JsonObject): void {
  multiline(w, "Labels", labelsOf(object));
  annotationLines(w, "Annotations", annotationsOf(object));
}

async function podCounts(host: KubectlHost, object: JsonObject, selector: string): Promise<string> {
  const pods = (await list(host, `/api/v1/namespaces/${textOf(metaOf(object)["namespace"])}/pods`, { labelSelector: selector })).filter((pod) => listOf(metaOf(pod)["ownerReferences"]).some((owner) => owner["controller"] === true && owner["uid"] === uidOf(object)));
  const count = (phase: string) => pods.filter((pod) => objectOf(pod["status"])["phase"] === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

export const pod: Describer = (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const meta = metaOf(object);
  head(w, object);
  if (typeof spec["priority"] === "number") w.line(0, `Priority:\t${spec["priority"]}`);
  if (textOf(spec["priorityClassName"]) !== "") w.line(0, `Priority Class Name:\t${textOf(spec["priorityClassName"])}`);
  if (textOf(spec["runtimeClassName"]) !== "") w.line(0, `Runtime Class Name:\t${textOf(spec["runtimeClassName"])}`);
  if (textOf(spec["serviceAccountName"]) !== "") w.line(0, `Service Account:\t${textOf(spec["serviceAccountName"])}`);
  w.line(0, `Node:\t${textOf(spec["nodeName"]) === "" ? "<none>" : `${textOf(spec["nodeName"])}/${textOf(status["hostIP"])}`}`);
  if (status["startTime"] !== undefined) w.line(0, `Start Time:\t${longTime(status["startTime"])}`);
  marks(w, object);
  if (meta["deletionTimestamp"] !== undefined && status["phase"] !== "Failed" && status["phase"] !== "Succeeded") {
    w.line(0, `Status:\tTerminating (lasts ${ageSince(textOf(meta["deletionTimestamp"]), host.nowUs())})`);
    w.line(0, `Termination Grace Period:\t${numberOf(meta["deletionGracePeriodSeconds"])}s`);
  } else w.line(0, `Status:\t${textOf(status["phase"])}`);
  for (const [word, key] of [["Reason", "reason"], ["Message", "message"]] as const) if (textOf(status[key]) !== "") w.line(0, `${word}:\t${textOf(status[key])}`);
  const seccomp = objectOf(objectOf(spec["securityContext"])["seccompProfile"]);
  if (textOf(seccomp["type"]) !== "") w.line(0, `SeccompProfile:\t${textOf(seccomp["type"])}`);
  w.line(0, `IP:\t${textOf(status["podIP"])}`);
  const ips = listOf(status["podIPs"]);
  w.line(0, ips.length === 0 ? "IPs:\t<none>" : "IPs:");
  for (const ip of ips) w.line(1, `IP:\t${textOf(ip["ip"])}`);
  if (controllerOf(object) !== "") w.line(0, `Controlled By:\t${controllerOf(object)}`);
  if (textOf(status["nominatedNodeName"]) !== "") w.line(0, `NominatedNodeName:\t${textOf(status["nominatedNodeName"])}`);
  if (listOf(spec["initContainers"]).length > 0) containerLines(w, "Init Containers", listOf(spec["initContainers"]), listOf(status["initContainerStatuses"]), object, "");
  containerLines(w, "Containers", listOf(spec["containers"]), listOf(status["containerStatuses"]), object, "");
  if (listOf(spec["ephemeralContainers"]).length > 0) containerLines(w, "Ephemeral Containers", listOf(spec["ephemeralContainers"]), listOf(status["ephemeralContainerStatuses"]), object, "");
  const conditions = listOf(status["conditions"]);
  const gates = listOf(spec["readinessGates"]);
  if (gates.length > 0) w.write(0, "Readiness Gates:\n  Type\tStatus\n");
  for (const gate of gates) w.line(1, `${textOf(gate["conditionType"])} \t${textOf(conditions.find((one) => one["type"] === gate["conditionType"])?.["status"]) || "<none>"} `);
  if (conditions.length > 0) w.write(0, "Conditions:\n  Type\tStatus\n");
  for (const condition of conditions) w.line(1, `${textOf(condition["type"])} \t${textOf(condition["status"])} `);
  volumeLines(w, listOf(spec["volumes"]), "");
  w.line(0, `QoS Class:\t${textOf(status["qosClass"])}`);
  multiline(w, "Node-Selectors", objectOf(spec["nodeSelector"]));
  tolerationLines(w, listOf(spec["tolerations"]));
  spreadLines(w, listOf(spec["topologySpreadConstraints"]), "");
};

function conditionLines(w: DescribeWriter, status: JsonObject): void {
  const conditions = listOf(status["conditions"]);
  if (conditions.length === 0) return;
  w.write(0, "Conditions:\n  Type\tStatus\tReason\n");
  w.line(1, "----\t------\t------");
  for (const one of conditions) w.line(1, `${textOf(one["type"])} \t${textOf(one["status"])}\t${textOf(one["reason"])}`);
}

function sameTemplate(a: JsonObject, b: JsonObject): boolean {
  const bare = (template: JsonObject): JsonObject => {
    const { "pod-template-hash": _, ...labels } = labelsOf(template);
    return { ...template, metadata: { ...metaOf(template), labels } };
  };
  return deepEqual(bare(a), bare(b));
}

export const deployment: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  head(w, object);
  w.line(0, `CreationTimestamp:\t${longTime(metaOf(object)["creationTimestamp"])}`);
  marks(w, object);
  const selector = selectorOf(spec);
  w.line(0, `Selector:\t${selector}`);
  w.line(0, `Replicas:\t${numberOf(spec["replicas"])} desired | ${numberOf(status["updatedReplicas"])} updated | ${numberOf(status["replicas"])} total | ${numberOf(status["availableReplicas"])} available | ${numberOf(status["unavailableReplicas"])} unavailable`);
  const strategy = objectOf(spec["strategy"]);
  w.line(0, `StrategyType:\t${textOf(strategy["type"])}`);
  w.line(0, `MinReadySeconds:\t${numberOf(spec["minReadySeconds"])}`);
  const rolling = objectOf(strategy["rollingUpdate"]);
  if (strategy["rollingUpdate"] !== undefined) w.line(0, `RollingUpdateStrategy:\t${String(rolling["maxUnavailable"])} max unavailable, ${String(rolling["maxSurge"])} max surge`);
  templateLines(w, objectOf(spec["template"]));
  conditionLines(w, status);
  const sets = (await list(host, `/apis/apps/v1/namespaces/${textOf(metaOf(object)["namespace"])}/replicasets`, { labelSelector: selector })).filter((set) => listOf(metaOf(set)["ownerReferences"]).some((owner) => owner["uid"] === uidOf(object)));
  const oldestFirst = [...sets].sort((a, b) => (textOf(metaOf(a)["creationTimestamp"]) < textOf(metaOf(b)["creationTimestamp"]) ? -1 : textOf(metaOf(a)["creationTimestamp"]) > textOf(metaOf(b)["creationTimestamp"]) ? 1 : nameOf(a) < nameOf(b) ? -1 : 1));
  const current = oldestFirst.find((set) => sameTemplate(objectOf(objectOf(set["spec"])["template"]), objectOf(spec["template"])));
  if (sets.length === 0) return;
  const told = (all: readonly JsonObject[]) => (all.length === 0 ? "<none>" : all.map((set) => `${nameOf(set)} (${numberOf(objectOf(set["status"])["replicas"])}/${numberOf(objectOf(set["spec"])["replicas"])} replicas created)`).join(", "));
  w.line(0, `OldReplicaSets:\t${told(sets.filter((set) => set !== current))}`);
  w.line(0, `NewReplicaSet:\t${told(current === undefined ? [] : [current])}`);
};

export const replicaSet: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const plain = textOf(object["kind"]) === "ReplicationController";
  head(w, object);
  const selector = plain ? formatLabels(objectOf(spec["selector"]) as Readonly<Record<string, string>>) : selectorOf(spec);
  w.line(0, `Selector:\t${selector}`);
  marks(w, object);
  if (!plain && controllerOf(object) !== "") w.line(0, `Controlled By:\t${controllerOf(object)}`);
  w.line(0, `Replicas:\t${numberOf(status["replicas"])} current / ${numberOf(spec["replicas"])} desired`);
  w.line(0, `Pods Status:\t${await podCounts(host, object, selector)}`);
  templateLines(w, objectOf(spec["template"]));
  conditionLines(w, status);
};

export const statefulSet: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  head(w, object);
  w.line(0, `CreationTimestamp:\t${longTime(metaOf(object)["creationTimestamp"])}`);
  w.line(0, `Selector:\t${selectorOf(spec)}`);
  marks(w, object);
  w.line(0, `Replicas:\t${numberOf(spec["replicas"])} desired | ${numberOf(status["replicas"])} total`);
  const strategy = objectOf(spec["updateStrategy"]);
  w.line(0, `Update Strategy:\t${textOf(strategy["type"])}`);
  const rolling = objectOf(strategy["rollingUpdate"]);
  if (rolling["partition"] !== undefined) w.line(1, `Partition:\t${numberOf(rolling["partition"])}`);
  if (rolling["partition"] !== undefined && rolling["maxUnavailable"] !== undefined) w.line(1, `MaxUnavailable:\t${String(rolling["maxUnavailable"])}`);
  w.line(0, `Pods Status:\t${await podCounts(host, object, selectorOf(spec))}`);
  templateLines(w, objectOf(spec["template"]));
  const claims = listOf(spec["volumeClaimTemplates"]);
  w.line(0, claims.length === 0 ? "Volume Claims:\t<none>" : "Volume Claims:");
  for (const claim of claims) {
    const claimSpec = objectOf(claim["spec"]);
    w.line(1, `Name:\t${nameOf(claim)}`);
    w.line(1, `StorageClass:\t${textOf(claimSpec["storageClassName"])}`);
    multiline(w, "Labels", labelsOf(claim), "  ");
    multiline(w, "Annotations", annotationsOf(claim), "  ");
    const storage = objectOf(objectOf(claimSpec["resources"])["requests"])["storage"];
    w.line(1, `Capacity:\t${storage === undefined ? "<default>" : canonicalQuantity(String(storage))}`);
    w.line(1, `Access Modes:\t${goList(claimSpec["accessModes"])}`);
  }
};

export const daemonSet: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  head(w, object);
  w.line(0, `Selector:\t${selectorOf(spec)}`);
  w.line(0, `Node-Selector:\t${formatLabels(objectOf(objectOf(objectOf(spec["template"])["spec"])["nodeSelector"]) as Readonly<Record<string, string>>)}`);
  marks(w, object);
  w.line(0, `Desired Number of Nodes Scheduled: ${numberOf(status["desiredNumberScheduled"])}`);
  w.line(0, `Current Number of Nodes Scheduled: ${numberOf(status["currentNumberScheduled"])}`);
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${numberOf(status["updatedNumberScheduled"])}`);
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${numberOf(status["numberAvailable"])}`);
  w.line(0, `Number of Nodes Misscheduled: ${numberOf(status["numberMisscheduled"])}`);
  w.line(0, `Pods Status:\t${await podCounts(host, object, selectorOf(spec))}`);
  templateLines(w, objectOf(spec["template"]));
};

export const job: Describer = (w, object) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  head(w, object);
  w.line(0, `Selector:\t${selectorOf(spec)}`);
  marks(w, object);
  if (controllerOf(object) !== "") w.line(0, `Controlled By:\t${controllerOf(object)}`);
  const told = (word: string, value: Json | undefined, unset: string | null = null) => {
    if (value !== undefined) w.line(0, `${word}:\t${String(value)}`);
    else if (unset !== null) w.line(0, `${word}:\t${unset}`);
  };
  told("Parallelism", spec["parallelism"]);
  told("Completions", spec["completions"], "<unset>");
  told("Completion Mode", spec["completionMode"]);
  told("Suspend", spec["suspend"]);
  told("Backoff Limit", spec["backoffLimit"]);
  told("TTL Seconds After Finished", spec["ttlSecondsAfterFinished"]);
  if (status["startTime"] !== undefined) w.line(0, `Start Time:\t${longTime(status["startTime"])}`);
  if (status["completionTime"] !== undefined) {
    w.line(0, `Completed At:\t${longTime(status["completionTime"])}`);
    w.line(0, `Duration:\t${humanDuration((parseRfc3339(textOf(status["completionTime"])) ?? 0) - (parseRfc3339(textOf(status["startTime"])) ?? 0))}`);
  }
  if (spec["activeDeadlineSeconds"] !== undefined) w.line(0, `Active Deadline Seconds:\t${numberOf(spec["activeDeadlineSeconds"])}s`);
  w.line(0, `Pods Statuses:\t${numberOf(status["active"])} Active${status["ready"] === undefined ? "" : ` (${numberOf(status["ready"])} Ready)`} / ${numberOf(status["succeeded"])} Succeeded / ${numberOf(status["failed"])} Failed`);
  if (spec["completionMode"] === "Indexed") w.line(0, `Completed Indexes:\t${textOf(status["completedIndexes"]) || "<none>"}`);
  templateLines(w, objectOf(spec["template"]));
};

export const cronJob: Describer = (w, object) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const unset = (value: Json | undefined, unit = "") => (value === undefined ? "<unset>" : `${String(value)}${unit}`);
  head(w, object);
  marks(w, object);
  w.line(0, `Schedule:\t${textOf(spec["schedule"])}`);
  w.line(0, `Concurrency Policy:\t${textOf(spec["concurrencyPolicy"])}`);
  w.line(0, `Suspend:\t${spec["suspend"] === undefined ? "<unset>" : spec["suspend"] === true ? "True" : "False"}`);
  if (spec["timeZone"] !== undefined) w.line(0, `Time Zone:\t${textOf(spec["timeZone"])}`);
  w.line(0, `Successful Job History Limit:\t${unset(spec["successfulJobsHistoryLimit"])}`);
  w.line(0, `Failed Job History Limit:\t${unset(spec["failedJobsHistoryLimit"])}`);
  w.line(0, `Starting Deadline Seconds:\t${unset(spec["startingDeadlineSeconds"], "s")}`);
  const template = objectOf(objectOf(spec["jobTemplate"])["spec"]);
  w.line(0, `Selector:\t${template["selector"] === undefined ? "<unset>" : selectorOf(template)}`);
  w.line(0, `Parallelism:\t${unset(template["parallelism"])}`);
  w.line(0, `Completions:\t${unset(template["completions"])}`);
  if (template["activeDeadlineSeconds"] !== undefined) w.line(0, `Active Deadline Seconds:\t${unset(template["activeDeadlineSeconds"], "s")}`);
  templateLines(w, objectOf(template["template"]));
  w.line(0, `Last Schedule Time:\t${status["lastScheduleTime"] === undefined ? "<unset>" : longTime(status["lastScheduleTime"])}`);
  const active = listOf(status["active"]).map((one) => textOf(one["name"]));
  w.line(0, `Active Jobs:\t${active.length === 0 ? "<none>" : active.join(", ")}`);
};
