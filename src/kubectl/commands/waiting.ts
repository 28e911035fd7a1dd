import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { pathOf } from "../discovery.ts";
import { failureMessage, KubectlError, listOf, metaOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import type { Named } from "../selection.ts";

/** What is seen of one object: null when it is not there (any more). */
export type Seen = JsonObject | null;

/**
 * Watches one object until `done` says so. "ended" after the time-out, "interrupted" after Ctrl-C. `timeoutSeconds`: of the cluster's
 * time; 0 waits for ever.
 */
export async function watchObject(host: KubectlHost, { resource, namespace, name }: Named, timeoutSeconds: number, done: (seen: Seen) => boolean): Promise<"done" | "timedOut" | "interrupted"> {
  const path = pathOf(resource, namespace);
  const fieldSelector = `metadata.name=${name}`;
  const listed = await host.client.send({ verb: "list", path, query: { fieldSelector } });
  if (!ok(listed)) throw new KubectlError(failureMessage(listed));
  const list = objectOf(listed.body);
  const [first] = listOf(list["items"]);
  if (done(first ?? null)) return "done";
  let settle: (how: "done" | "timedOut" | "interrupted") => void = () => undefined;
  const settled = new Promise<"done" | "timedOut" | "interrupted">((resolve) => void (settle = resolve));
  const watch = await host.client.watch({ verb: "watch", path, query: { fieldSelector, watch: "true", resourceVersion: textOf(metaOf(list)["resourceVersion"]) } }, {
    frame: ({ type, object }) => {
      if (type === "BOOKMARK" || type === "ERROR" || !isJsonObject(object)) return;
      if (done(type === "DELETED" ? null : object)) settle("done");
    },
    ended: () => settle("interrupted"),
  });
  if ("refused" in watch) throw new KubectlError(failureMessage(watch.refused));
  const stop = host.onInterrupt(() => settle("interrupted"));
  if (timeoutSeconds > 0) void host.sleep(timeoutSeconds).then(() => settle("timedOut"));
  const how = await settled;
  stop();
  watch.close();
  return how;
}
