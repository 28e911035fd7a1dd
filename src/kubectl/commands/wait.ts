import { jsonPathValues } from "../../apimachinery/jsonpath.ts";
import { ageSince } from "../../kinds/printing/cells.ts";
import type { JsonObject } from "../../base/json.ts";
import { qualifiedPlural } from "../discovery.ts";
import { parseArgs, type FlagSpecs } from "../flags.ts";
import { KubectlError, listOf, metaOf, mustSucceed, objectOf, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { alignTabs, getTable } from "../output/tabWriter.ts";
import { namespaceOf, selectionOf, selectorFlags, type Named } from "../selection.ts";
import { labelOf, objectsOf } from "./change.ts";
import { secondsOf } from "./create.ts";
import { watchObject, type Seen } from "./waiting.ts";

const specs: FlagSpecs = { ...selectorFlags, for: { type: "text" }, timeout: { type: "text" }, all: { type: "bool" }, filename: { short: "f", type: "list" }, output: { short: "o", type: "text" } };

/** Whether an object is as --for wants it. Follows kubectl/pkg/cmd/wait. */
function conditionOf(text: string): (seen: Seen) => boolean {
  const [kind = ""] = text.split("=");
  if (text === "delete") return (seen) => seen === null;
  if (text === "create") return (seen) => seen !== null;
  const rest = text.slice(kind.length + 1);
  if (kind === "condition") {
    const [type = "", value = "true"] = rest.split("=");
    return (seen) => {
      const condition = listOf(objectOf(seen?.["status"])["conditions"]).find((one) => textOf(one["type"]).toLowerCase() === type.toLowerCase());
      const stale = typeof condition?.["observedGeneration"] === "number" && condition["observedGeneration"] < Number(metaOf(seen ?? {})["generation"] ?? 0);
      return condition !== undefined && !stale && textOf(condition["status"]).toLowerCase() === value.toLowerCase();
    };
  }
  if (kind === "jsonpath") {
    const match = /^'?(\{[^}]*\}|[^=]+)'?(?:=(.*))?$/.exec(rest);
    const path = match?.[1] ?? "";
    const wanted = match?.[2];
    return (seen) => {
      const values = seen === null ? [] : (jsonPathValues(path, seen) ?? []);
      return wanted === undefined ? values.length > 0 : values.some((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)) === wanted.replace(/^['"]|['"]$/g, ""));
    };
  }
  throw new KubectlError(`error: unrecognized condition: ${JSON.stringify(text)}`);
}

export async function wait(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, specs, "wait");
  const wanted = flags.text("for");
  const holds = conditionOf(wanted);
  const timeout = flags.has("timeout") ? secondsOf(flags.text("timeout")) : 30;
  let items: readonly Named[];
  const selection = flags.has("filename") ? null : await selectionOf(host, args, namespaceOf(host, flags));
  if ((wanted === "delete" || wanted === "create") && selection?.type === "names") items = selection.items;
  else items = (await objectsOf(host, flags, args, "you must specify resources by --filename when --local is set")).map(({ named }) => named);
  if (items.length === 0 && wanted !== "delete") throw new KubectlError("error: no matching resources found");
  const problems: string[] = [];
  for (const item of items) {
    let was: JsonObject | null = null;
    const how = await watchObject(host, item, timeout, (seen) => {
      was ??= seen;
      return holds(seen);
    });
    if (how === "interrupted") return;
    if (how === "timedOut") problems.push(`error: timed out waiting for the condition on ${qualifiedPlural(item.resource)}/${item.name}`);
    else if (wanted !== "delete" || was !== null) host.out(`${labelOf(item)} condition met\n`);
  }
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
}

/** kubectl events. Follows kubectl/pkg/cmd/events. */
export async function events(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags } = parseArgs(words, { for: { type: "text" }, types: { type: "list" }, "all-namespaces": { short: "A", type: "bool" }, "no-headers": { type: "bool" } }, "events");
  const everywhere = flags.bool("all-namespaces");
  const namespace = namespaceOf(host, flags);
  const list = listOf(mustSucceed(await sendAs(host, flags, { verb: "list", path: everywhere ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`, query: { limit: "500" } }))["items"]);
  const [type = "", name = ""] = flags.text("for").split("/");
  const target = flags.has("for") ? await selectionOf(host, [`${type}/${name}`], namespace) : null;
  const kind = target?.type === "names" ? target.items[0]?.resource.kind : undefined;
  const shown = list.filter((event) => {
    const object = objectOf(event["involvedObject"]);
    return (kind === undefined || (object["kind"] === kind && object["name"] === name)) && (!flags.has("types") || flags.list("types").some((one) => one.toLowerCase() === textOf(event["type"]).toLowerCase()));
  });
  if (shown.length === 0) {
    host.err(everywhere ? "No events found.\n" : `No events found in ${namespace} namespace.\n`);
    return;
  }
  const stamp = (event: JsonObject) => textOf(objectOf(event["series"])["lastObservedTime"]) || textOf(event["lastTimestamp"]) || textOf(event["eventTime"]) || textOf(event["firstTimestamp"]);
  const sorted = shown.map((event, at) => ({ event, at })).sort((a, b) => (stamp(a.event) < stamp(b.event) ? -1 : stamp(a.event) > stamp(b.event) ? 1 : a.at - b.at));
  const lines = sorted.map(({ event }) => {
    const object = objectOf(event["involvedObject"]);
    const count = Number(event["count"] ?? 1);
    const first = ageSince(textOf(event["firstTimestamp"]) || textOf(event["eventTime"]) || undefined, host.nowUs());
    const last = ageSince(stamp(event) || undefined, host.nowUs());
    return `${everywhere ? `${textOf(metaOf(event)["namespace"])}\t` : ""}${count > 1 ? `${last} (x${count} over ${first})` : last}\t${textOf(event["type"])}\t${textOf(event["reason"])}\t${textOf(object["kind"])}/${textOf(object["name"])}\t${textOf(event["message"]).trim()}`;
  });
  const header = `${everywhere ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE`;
  host.out(`${alignTabs([...(flags.bool("no-headers") ? [] : [header]), ...lines].join("\n"), getTable)}\n`);
}
