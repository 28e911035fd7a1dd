import { parse } from "yaml";
import { goYamlTags } from "../../apimachinery/goYamlTags.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { pathOf, qualifiedPlural, qualifiedSingular } from "../discovery.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, metaOf, mustSucceed, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { manifestsOf } from "../manifests.ts";
import { goYaml } from "../output/goYaml.ts";
import { printerOf, withoutManagedFields } from "../output/printers.ts";
import { namespaceOf, selectionOf, selectorFlags, type Named } from "../selection.ts";
import { dryRunOf, dryRunWord } from "./writes.ts";

export const mergePatch = "application/merge-patch+json";
export const strategicPatch = "application/strategic-merge-patch+json";

const common: FlagSpecs = {
  ...selectorFlags,
  filename: { short: "f", type: "list" },
  recursive: { short: "R", type: "bool" },
  all: { type: "bool" },
  output: { short: "o", type: "text" },
  "dry-run": { type: "optional", alone: "unchanged" },
  "field-manager": { type: "text" },
};

/** The objects that arguments, selectors or files name, as they are in the cluster. */
export async function objectsOf(host: KubectlHost, flags: Flags, args: readonly string[], missing: string): Promise<readonly { readonly named: Named; readonly object: JsonObject }[]> {
  const namespace = namespaceOf(host, flags);
  const one = async (named: Named) => ({ named, object: mustSucceed(await sendAs(host, flags, { verb: "get", path: pathOf(named.resource, named.namespace, named.name) })) });
  if (flags.has("filename")) {
    const found = [];
    for (const manifest of await manifestsOf(host, flags.list("filename"), namespace, flags.has("namespace"))) found.push(await one(manifest));
    return found;
  }
  const selection = await selectionOf(host, args, namespace);
  if (selection === null) throw new KubectlError(`error: ${missing}`);
  if (selection.type === "names") {
    const found = [];
    for (const item of selection.items) found.push(await one(item));
    return found;
  }
  if (!flags.bool("all") && !flags.has("selector") && !flags.has("field-selector")) throw new KubectlError("error: resource(s) were provided, but no name was specified");
  const found: { readonly named: Named; readonly object: JsonObject }[] = [];
  for (const resource of selection.resources) {
    const query: Record<string, string> = { ...(flags.has("selector") ? { labelSelector: flags.text("selector") } : {}), ...(flags.has("field-selector") ? { fieldSelector: flags.text("field-selector") } : {}) };
    const list = mustSucceed(await sendAs(host, flags, { verb: "list", path: pathOf(resource, flags.bool("all-namespaces") ? "" : namespace), query }));
    for (const item of listOf(list["items"])) found.push({ named: { resource, namespace: textOf(metaOf(item)["namespace"]), name: nameOf(item) }, object: { apiVersion: textOf(list["apiVersion"]), kind: resource.kind, ...item } });
  }
  return found;
}

export function labelOf({ resource, name }: Named): string {
  return `${qualifiedSingular(resource)}/${name}`;
}

/** Sends a patch and says what came of it; `word`: "scaled". */
export async function patchNamed(host: KubectlHost, flags: Flags, named: Named, patch: { readonly contentType: string; readonly body: Json; readonly manager: string; readonly subresource?: string }, word: string): Promise<JsonObject> {
  const print = printerOf(host, flags.text("output"));
  const path = `${pathOf(named.resource, named.namespace, named.name)}${patch.subresource === undefined ? "" : `/${patch.subresource}`}`;
  let answered: JsonObject = {};
  if (dryRunOf(flags) !== "client") {
    const query: Record<string, string> = { fieldManager: flags.text("field-manager", patch.manager), ...(dryRunOf(flags) === "server" ? { dryRun: "All" } : {}) };
    const response = await sendAs(host, flags, { verb: "patch", path, contentType: patch.contentType, body: patch.body, query });
    if (!ok(response)) throw new KubectlError(failureMessage(response));
    answered = objectOf(response.body);
  }
  host.out(print === null ? `${labelOf(named)} ${word}${dryRunWord(flags)}\n` : print(withoutManagedFields(answered)));
  return answered;
}

/** kubectl label, kubectl annotate. Follows kubectl/pkg/cmd/label/label.go, annotate/annotate.go. */
export async function mark(host: KubectlHost, words: readonly string[], what: "label" | "annotate"): Promise<void> {
  const { flags, args } = parseArgs(words, { ...common, overwrite: { type: "bool" }, list: { type: "bool" }, "resource-version": { type: "text" } }, what);
  const field = what === "label" ? "labels" : "annotations";
  // What comes after the type and its names: "key=value", or "key-" to take one away.
  const first = flags.has("filename") ? 0 : args[0]?.includes("/") === true ? 1 : flags.bool("all") || flags.has("selector") ? 1 : 2;
  const isChange = (arg: string, at: number): boolean => arg.includes("=") || (at >= first && arg.endsWith("-"));
  const pairs = args.filter(isChange);
  const targets = args.filter((arg, at) => !isChange(arg, at));
  if (pairs.length === 0 && !flags.bool("list")) throw new KubectlError(`error: at least one ${what === "label" ? "label" : "annotation"} update is required`);
  const changes = new Map<string, string | null>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals >= 0) changes.set(pair.slice(0, equals), pair.slice(equals + 1));
    else changes.set(pair.slice(0, -1), null);
  }
  for (const { named, object } of await objectsOf(host, flags, targets, "one or more resources must be specified as <resource> <name> or <resource>/<name>")) {
    const before = objectOf(metaOf(object)[field]);
    if (flags.bool("list")) {
      host.out(Object.keys(before).sort().map((key) => `${key}=${textOf(before[key])}\n`).join(""));
      continue;
    }
    if (!flags.bool("overwrite")) {
      const taken = [...changes].filter(([key, value]) => value !== null && before[key] !== undefined && before[key] !== value).map(([key]) => key);
      if (taken.length > 0) {
        throw new KubectlError(what === "label" ? taken.map((key) => `error: '${key}' already has a value (${textOf(before[key])}), and --overwrite is false`).join("\n") : `error: --overwrite is false but found the following declared annotation(s): ${taken.map((key) => `'${key}' already has a value (${textOf(before[key])})`).join("; ")}`);
      }
    }
    for (const [key, value] of changes) if (value === null && before[key] === undefined && what === "label") host.out(`label "${key}" not found.\n`);
    const after = Object.fromEntries(Object.entries({ ...before, ...Object.fromEntries(changes) }).filter(([, value]) => value !== null));
    const same = deepEqual(before, after);
    const onlyTaken = [...changes.values()].every((value) => value === null);
    const word = what === "annotate" ? "annotated" : same ? "not labeled" : onlyTaken ? "unlabeled" : "labeled";
    if (same && what === "label") {
      host.out(`${labelOf(named)} ${word}${dryRunWord(flags)}\n`);
      continue;
    }
    await patchNamed(host, flags, named, { contentType: mergePatch, body: { metadata: { [field]: Object.fromEntries(changes) } }, manager: `kubectl-${what}` }, word);
  }
}

/** kubectl scale. Follows kubectl/pkg/cmd/scale/scale.go. */
export async function scale(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { ...common, replicas: { type: "text" }, "current-replicas": { type: "text" }, "resource-version": { type: "text" }, timeout: { type: "text" } }, "scale");
  if (!flags.has("replicas")) throw new KubectlError('error: required flag(s) "replicas" not set');
  const replicas = flags.number("replicas", -1);
  if (replicas < 0) throw new KubectlError("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
  for (const { named, object } of await objectsOf(host, flags, args, "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'")) {
    const current = Number(objectOf(object["spec"])["replicas"] ?? 0);
    if (flags.has("current-replicas") && flags.number("current-replicas", -1) !== current) throw new KubectlError(`error: Expected replicas to be ${flags.text("current-replicas")}, was ${current}`);
    await patchNamed(host, flags, named, { contentType: mergePatch, body: { spec: { replicas } }, manager: "kubectl", subresource: "scale" }, "scaled");
  }
}

/** kubectl patch. Follows kubectl/pkg/cmd/patch/patch.go. */
export async function patch(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { ...common, patch: { short: "p", type: "text" }, "patch-file": { type: "text" }, type: { type: "text" }, subresource: { type: "text" } }, "patch");
  const types: Readonly<Record<string, string>> = { strategic: strategicPatch, merge: mergePatch, json: "application/json-patch+json" };
  const contentType = types[flags.text("type", "strategic")];
  if (contentType === undefined) throw new KubectlError(`error: --type must be one of [json merge strategic], not ${JSON.stringify(flags.text("type"))}`);
  const source = flags.has("patch-file") ? host.readFile(flags.text("patch-file")) : flags.text("patch");
  if (source === null) throw new KubectlError(`error: unable to read patch file: open ${flags.text("patch-file")}: no such file or directory`);
  if (source === "") throw new KubectlError("error: must specify --patch or --patch-file containing the contents of the patch");
  let body: Json;
  try {
    body = parse(source, { version: "1.1", customTags: goYamlTags }) as Json;
  } catch (error) {
    throw new KubectlError(`error: unable to parse ${JSON.stringify(source)}: yaml: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : ""}`);
  }
  if (body === null || typeof body !== "object") throw new KubectlError(`error: unable to parse ${JSON.stringify(source)}: json: cannot unmarshal ${typeof body} into Go value of type map[string]interface {}`);
  for (const { named, object } of await objectsOf(host, flags, args, "one or more resources must be specified as <resource> <name> or <resource>/<name>")) {
    const path = `${pathOf(named.resource, named.namespace, named.name)}${flags.has("subresource") ? `/${flags.text("subresource")}` : ""}`;
    const query: Record<string, string> = { fieldManager: flags.text("field-manager", "kubectl-patch"), ...(dryRunOf(flags) === "server" ? { dryRun: "All" } : {}) };
    const response = dryRunOf(flags) === "client" ? { code: 200, body: object, warnings: [] } : await sendAs(host, flags, { verb: "patch", path, contentType, body, query });
    if (!ok(response)) throw new KubectlError(failureMessage(response));
    const after = objectOf(response.body);
    const same = textOf(metaOf(after)["resourceVersion"]) === textOf(metaOf(object)["resourceVersion"]);
    const print = printerOf(host, flags.text("output"));
    host.out(print === null ? `${labelOf(named)} patched${same && dryRunOf(flags) !== "client" ? " (no change)" : ""}${dryRunWord(flags)}\n` : print(withoutManagedFields(after)));
  }
}

/** kubectl set image. Follows kubectl/pkg/cmd/set/set_image.go. */
export async function set(host: KubectlHost, words: readonly string[]): Promise<void> {
  const [what = ""] = words;
  if (what !== "image" && what !== "env") throw new KubectlError(what === "" ? "error: must specify what to set: image or env" : `error: kubectl set ${what} is not simulated in this terminal`);
  const { flags, args } = parseArgs(words.slice(1), { ...common, containers: { short: "c", type: "text" }, list: { type: "bool" }, local: { type: "bool" } }, `set ${what}`);
  const pairs = args.filter((arg) => arg.includes("=") || (what === "env" && arg.endsWith("-")));
  if (pairs.length === 0) throw new KubectlError(what === "image" ? "error: at least one image update is required" : "error: at least one environment variable must be provided");
  for (const { named, object } of await objectsOf(host, flags, args.filter((arg) => !pairs.includes(arg)), "one or more resources must be specified as <resource> <name> or <resource>/<name>")) {
    const path = templatePath(named.resource.kind);
    if (path === null) throw new KubectlError(`error: ${named.resource.kind}/${named.name} the object is not a pod or does not have a pod template: ${named.resource.kind}`);
    const podSpec = path.reduce<JsonObject>((at, key) => objectOf(at[key]), object);
    const changed = what === "image" ? newImages(podSpec, pairs) : newEnv(podSpec, pairs, flags.text("containers", "*"));
    if (changed === null) continue;
    const body = [...path].reverse().reduce<Json>((inner, key) => ({ [key]: inner }), changed);
    await patchNamed(host, flags, named, { contentType: strategicPatch, body, manager: "kubectl-set" }, what === "image" ? "image updated" : "env updated");
  }
}

export function templatePath(kind: string): readonly string[] | null {
  if (kind === "Pod") return ["spec"];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  return ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"].includes(kind) ? ["spec", "template", "spec"] : null;
}

function newImages(podSpec: JsonObject, pairs: readonly string[]): JsonObject | null {
  const patch: Record<string, Json> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals);
    const image = pair.slice(equals + 1);
    let found = false;
    for (const key of ["initContainers", "containers"]) {
      const matching = listOf(podSpec[key]).filter((container) => name === "*" || container["name"] === name);
      found ||= matching.length > 0;
      const changed = matching.filter((container) => container["image"] !== image).map((container) => ({ name: container["name"] ?? "", image }));
      if (changed.length > 0) {
        patch[key] = [...((patch[key] as readonly Json[] | undefined) ?? []), ...changed];
        patch[`$setElementOrder/${key}`] = listOf(podSpec[key]).map((container) => ({ name: container["name"] ?? "" }));
      }
    }
    if (!found) throw new KubectlError(`error: unable to find container named "${name}"`);
  }
  return Object.keys(patch).length === 0 ? null : patch;
}

function newEnv(podSpec: JsonObject, pairs: readonly string[], containers: string): JsonObject {
  const matches = (name: Json | undefined): boolean => containers === "*" || containers.split(",").includes(textOf(name));
  const env = pairs.map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? { name: pair.slice(0, -1), $patch: "delete" } : { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
  return { containers: listOf(podSpec["containers"]).filter((container) => matches(container["name"])).map((container) => ({ name: container["name"] ?? "", env })) };
}

/** kubectl edit: the object's YAML goes to the editor, and comes back as a patch. */
export async function edit(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { ...common, subresource: { type: "text" } }, "edit");
  if (host.edit === undefined) throw new KubectlError("error: there is no editor here");
  for (const { named, object } of await objectsOf(host, flags, args, "must provide one or more resources by argument or filename")) {
    const bare = withoutManagedFields(object);
    const head = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";
    const text = await host.edit(`${named.resource.singular}-${named.name}.yaml`, head + goYaml(bare));
    if (text === null) {
      host.err("Edit cancelled, no changes made.\n");
      continue;
    }
    const edited = parse(text, { version: "1.1", customTags: goYamlTags }) as Json;
    if (!isJsonObject(edited)) {
      host.err("Edit cancelled, saved file was empty.\n");
      continue;
    }
    const body = changesOf(bare, edited);
    if (body === null) {
      host.err("Edit cancelled, no changes made.\n");
      continue;
    }
    await patchNamed(host, flags, named, { contentType: mergePatch, body, manager: "kubectl-edit" }, "edited");
  }
}

/** The merge patch from one object to another; null where they are equal. */
export function changesOf(before: JsonObject, after: JsonObject): JsonObject | null {
  const patch: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[key];
    const now = after[key];
    if (now === undefined) patch[key] = null;
    else if (isJsonObject(old) && isJsonObject(now)) {
      const inner = changesOf(old, now);
      if (inner !== null) patch[key] = inner;
    } else if (!deepEqual(old, now)) patch[key] = now;
  }
  return Object.keys(patch).length === 0 ? null : patch;
}

/** "pods/web": how messages of several commands name an object. */
export function pluralLabel({ resource, name }: Named): string {
  return `${qualifiedPlural(resource)}/${name}`;
}
