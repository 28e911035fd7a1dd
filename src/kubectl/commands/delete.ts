import type { JsonObject } from "../../base/json.ts";
import { pathOf, qualifiedPlural, qualifiedSingular } from "../discovery.ts";
import { parseArgs, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, nameOf, metaOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { manifestsOf } from "../manifests.ts";
import { uidOf } from "../output/printers.ts";
import { namespaceOf, selectionOf, selectorFlags, type Named } from "../selection.ts";
import { secondsOf } from "./create.ts";
import { watchObject } from "./waiting.ts";
import { dryRunOf, dryRunWord } from "./writes.ts";

// Follows kubectl/pkg/cmd/delete/delete.go.

const specs: FlagSpecs = {
  ...selectorFlags,
  filename: { short: "f", type: "list" },
  recursive: { short: "R", type: "bool" },
  all: { type: "bool" },
  force: { type: "bool" },
  now: { type: "bool" },
  "grace-period": { type: "text" },
  cascade: { type: "optional", alone: "background" },
  wait: { type: "bool" },
  timeout: { type: "text" },
  "ignore-not-found": { type: "bool" },
  output: { short: "o", type: "text" },
  "dry-run": { type: "optional", alone: "unchanged" },
};

export async function remove(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, specs, "delete");
  const namespace = namespaceOf(host, flags);
  const everywhere = flags.bool("all-namespaces");
  const cascade = flags.text("cascade", "background");
  const propagation = { background: "Background", foreground: "Foreground", orphan: "Orphan", true: "Background", false: "Orphan" }[cascade];
  if (propagation === undefined) throw new KubectlError(`error: invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  let grace = flags.number("grace-period", -1);
  if (flags.bool("now")) grace = 1;
  if (grace === 0 && !flags.bool("force")) grace = 1;
  if (flags.bool("force") && grace < 0) grace = 0;
  let wait = flags.bool("wait", true);
  if (flags.bool("force") && grace === 0) {
    wait = flags.has("wait") && wait;
    host.err("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n");
  }
  const body: JsonObject = { propagationPolicy: propagation, ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}) };
  const targets: Named[] = [];
  const bySelector = flags.has("selector") || flags.has("field-selector") || flags.bool("all") || everywhere;
  let byName = true;
  if (flags.has("filename")) targets.push(...(await manifestsOf(host, flags.list("filename"), namespace, flags.has("namespace"))).map(({ resource, namespace: at, name }) => ({ resource, namespace: at, name })));
  else {
    const selection = await selectionOf(host, args, namespace);
    if (selection === null) throw new KubectlError("error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'");
    if (selection.type === "names") {
      if (flags.has("selector")) throw new KubectlError("error: name cannot be provided when a selector is specified");
      targets.push(...selection.items);
    } else {
      if (!bySelector) throw new KubectlError("error: resource(s) were provided, but no name was specified");
      byName = false;
      for (const resource of selection.resources) {
        const query: Record<string, string> = { ...(flags.has("selector") ? { labelSelector: flags.text("selector") } : {}), ...(flags.has("field-selector") ? { fieldSelector: flags.text("field-selector") } : {}), limit: "500" };
        const listed = await sendAs(host, flags, { verb: "list", path: pathOf(resource, everywhere ? "" : namespace), query });
        if (!ok(listed)) throw new KubectlError(failureMessage(listed));
        targets.push(...listOf(objectOf(listed.body)["items"]).map((item) => ({ resource, namespace: textOf(metaOf(item)["namespace"]), name: nameOf(item) })));
      }
    }
  }
  const problems: string[] = [];
  const going: { readonly target: Named; readonly uid: string }[] = [];
  for (const target of targets) {
    const path = pathOf(target.resource, target.namespace, target.name);
    const response = dryRunOf(flags) === "client" ? await sendAs(host, flags, { verb: "get", path }) : await sendAs(host, flags, { verb: "delete", path, body, query: dryRunOf(flags) === "server" ? { dryRun: "All" } : {} });
    if (!ok(response)) {
      if (!(response.code === 404 && flags.bool("ignore-not-found"))) problems.push(failureMessage(response, flags.has("filename") ? `error when deleting "${flags.list("filename")[0] ?? ""}"` : ""));
      continue;
    }
    const told = flags.text("output") === "name" ? `${qualifiedSingular(target.resource)}/${target.name}` : `${qualifiedSingular(target.resource)} "${target.name}" ${flags.bool("force") && grace === 0 ? "force deleted" : "deleted"}${target.namespace === "" ? "" : ` from ${target.namespace} namespace`}${dryRunWord(flags)}`;
    host.out(`${told}\n`);
    const answered = objectOf(response.body);
    going.push({ target, uid: textOf(objectOf(answered["details"])["uid"]) || uidOf(answered) });
  }
  if (targets.length === 0 && !byName && !flags.bool("ignore-not-found")) host.out("No resources found\n");
  if (wait && dryRunOf(flags) === "none") await untilGone(host, going, flags.has("timeout") ? secondsOf(flags.text("timeout")) : 0);
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
}

/** Waits until none of these is there any more. */
export async function untilGone(host: KubectlHost, going: readonly { readonly target: Named; readonly uid: string }[], timeoutSeconds: number): Promise<void> {
  for (const { target, uid } of going) {
    const how = await watchObject(host, target, timeoutSeconds, (seen) => seen === null || (uid !== "" && uidOf(seen) !== uid));
    if (how === "timedOut") throw new KubectlError(`error: timed out waiting for the condition on ${qualifiedPlural(target.resource)}/${target.name}`);
    if (how === "interrupted") return;
  }
}
