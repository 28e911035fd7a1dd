import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

const list = (object: JsonObject, name: string): readonly JsonObject[] => (object[name] ?? []) as readonly JsonObject[];

function controllerUid(object: JsonObject, kind: string): string | null {
  const owner = list(part(object, "metadata"), "ownerReferences").find((reference) => reference["controller"] === true && reference["kind"] === kind);
  return owner === undefined ? null : String(owner["uid"]);
}

/** How many pods a Job says have ended, those it is still to count included. */
function endsOf(status: JsonObject): number {
  const open = part(status, "uncountedTerminatedPods");
  return Number(status["succeeded"] ?? 0) + Number(status["failed"] ?? 0) + list(open, "succeeded").length + list(open, "failed").length;
}

/** Notes: of each Job's uid the pods it ever had, and "#uid" how many. */
export const jobsCountOnce: Invariant = {
  id: "S28",
  says: "a Job counts the end of each of its pods once, and never both completes and fails",
  check: (change, _live, { notes }) => {
    if (isA(change, "pods")) {
      const job = controllerUid(change.value, "Job");
      const key = `${job ?? ""}/${String(part(change.value, "metadata")["uid"])}`;
      if (job === null || notes.has(key)) return null;
      notes.set(key, "");
      notes.set(`#${job}`, String(Number(notes.get(`#${job}`) ?? 0) + 1));
      return null;
    }
    if (!isA(change, "jobs.batch")) return null;
    const uid = String(part(change.value, "metadata")["uid"]);
    if (change.type === "DELETED") {
      for (const key of [...notes.keys()]) if (key === `#${uid}` || key.startsWith(`${uid}/`)) notes.delete(key);
      return null;
    }
    const status = part(change.value, "status");
    const ends = list(status, "conditions").filter(({ type, status: is }) => is === "True" && (type === "Complete" || type === "Failed"));
    if (ends.length > 1) return "it is both complete and failed";
    const pods = Number(notes.get(`#${uid}`) ?? 0);
    const counted = part(change.value, "spec")["managedBy"] === undefined ? endsOf(status) : 0;
    return counted > pods ? `${counted} ends counted, of ${pods} pods` : null;
  },
};
