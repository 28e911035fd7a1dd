import { ageSince } from "../../kinds/printing/cells.ts";
import type { JsonObject } from "../../base/json.ts";
import { listOf, metaOf, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { numberOf, type DescribeWriter } from "./writer.ts";

function stamp(event: JsonObject): string {
  return textOf(objectOf(event["series"])["lastObservedTime"]) || textOf(event["lastTimestamp"]) || textOf(event["eventTime"]) || textOf(event["firstTimestamp"]);
}

/** The events of an object, as describe asks for them: by uid, and by kind, name and namespace. */
export async function eventsOf(host: KubectlHost, object: JsonObject, withKind: boolean): Promise<readonly JsonObject[] | null> {
  const meta = metaOf(object);
  const namespace = textOf(meta["namespace"]);
  const selector = (uid: string): string => [["involvedObject.name", nameOf(object)], ...(namespace === "" ? [] : [["involvedObject.namespace", namespace]]), ...(withKind ? [["involvedObject.kind", textOf(object["kind"])]] : []), ["involvedObject.uid", uid]].map(([key, value]) => `${key}=${value}`).join(",");
  // Of a node also those of its name: its kubelet does not know its uid. In kubectl's order, which tells among events of one second.
  // Of a mirror those of the static pod that stands behind it.
  const uid = textOf(objectOf(meta["annotations"])["kubernetes.io/config.mirror"]) || textOf(meta["uid"]);
  const uids = textOf(object["kind"]) === "Node" ? [uid, nameOf(object)] : [uid];
  const found: JsonObject[] = [];
  for (const uid of uids) {
    const response = await host.client.send({ verb: "list", path: namespace === "" ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`, query: { fieldSelector: selector(uid), limit: "500" } });
    if (!ok(response)) return null;
    found.push(...listOf(objectOf(response.body)["items"]));
  }
  return found;
}

export function eventLines(w: DescribeWriter, events: readonly JsonObject[] | null, nowUs: number): void {
  if (events === null) return;
  if (events.length === 0) {
    w.line(0, "Events:\t<none>");
    return;
  }
  w.flush();
  const sorted = events.map((event, at) => ({ event, at })).sort((a, b) => (stamp(a.event) < stamp(b.event) ? -1 : stamp(a.event) > stamp(b.event) ? 1 : a.at - b.at));
  w.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
  w.line(1, "----\t------\t----\t----\t-------");
  for (const { event } of sorted) {
    const first = ageSince(textOf(event["eventTime"]) || textOf(event["firstTimestamp"]) || undefined, nowUs);
    const series = objectOf(event["series"]);
    const count = numberOf(event["count"]);
    const interval = event["series"] !== undefined && event["series"] !== null ? `${ageSince(textOf(series["lastObservedTime"]), nowUs)} (x${numberOf(series["count"])} over ${first})` : count > 1 ? `${ageSince(textOf(event["lastTimestamp"]), nowUs)} (x${count} over ${first})` : first;
    const field = textOf(objectOf(event["involvedObject"])["fieldPath"]);
    const source = textOf(objectOf(event["source"])["component"]) || textOf(event["reportingComponent"]);
    w.line(1, `${textOf(event["type"])}\t${textOf(event["reason"])}\t${interval}\t${source}\t${field === "" ? "" : `${field}: `}${textOf(event["message"]).trim()}`);
  }
}
