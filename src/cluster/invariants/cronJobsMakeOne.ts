import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

const marked = "batch.kubernetes.io/cronjob-scheduled-timestamp";
const list = (object: JsonObject, name: string): readonly JsonObject[] => (object[name] ?? []) as readonly JsonObject[];

function atWork(job: JsonObject | undefined): boolean {
  if (job === undefined || part(job, "metadata")["deletionTimestamp"] !== undefined) return false;
  return !list(part(job, "status"), "conditions").some(({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"));
}

/** Notes: of each CronJob's uid the last time for which it made a Job. */
export const cronJobsMakeOne: Invariant = {
  id: "S29",
  says: "a CronJob makes one Job for a scheduled time, and under Forbid or Replace none beside one that its status says is at work",
  check: (change, live, { notes }) => {
    if (!isA(change, "jobs.batch") || change.type !== "ADDED") return null;
    const { namespace, annotations, ownerReferences } = part(change.value, "metadata") as { readonly namespace?: string; readonly annotations?: JsonObject; readonly ownerReferences?: readonly JsonObject[] };
    const owner = ownerReferences?.find(({ kind, controller }) => kind === "CronJob" && controller === true);
    const time = annotations?.[marked];
    if (owner === undefined || typeof time !== "string") return null;
    const uid = String(owner["uid"]);
    const last = notes.get(uid);
    notes.set(uid, time);
    if (last !== undefined && Date.parse(time) <= Date.parse(last)) return `a Job for ${time} after the one for ${last}`;
    const cronJob = live.get(`cronjobs.batch/${namespace ?? ""}/${String(owner["name"])}`);
    if (cronJob === undefined || part(cronJob, "spec")["concurrencyPolicy"] === "Allow") return null;
    const other = list(part(cronJob, "status"), "active").find(({ name }) => atWork(live.get(`jobs.batch/${namespace ?? ""}/${String(name)}`)));
    return other === undefined ? null : `${String(other["name"])} is still at work`;
  },
};
