import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { canonicalJson } from "../../base/canonicalJson.ts";
import { applyFieldManager, applyTarget, lastAppliedAnnotation, planApply, withLastApplied, type ApplyStep } from "../apply.ts";
import { threeWayPatch } from "../threeWayPatch.ts";
import { pathOf, qualifiedSingular, resources, type Resource } from "../discovery.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, metaOf, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { manifestsOf, type Manifest } from "../manifests.ts";
import { printerOf, uidOf, withoutManagedFields } from "../output/printers.ts";
import { goYaml } from "../output/goYaml.ts";
import { namespaceOf, singleObject } from "../selection.ts";
import { dryRunOf, dryRunWord } from "./writes.ts";

// Follows kubectl/pkg/cmd/apply/apply.go, prune.go.

const specs: FlagSpecs = {
  filename: { short: "f", type: "list" },
  kustomize: { short: "k", type: "text" },
  recursive: { short: "R", type: "bool" },
  output: { short: "o", type: "text" },
  "dry-run": { type: "optional", alone: "unchanged" },
  "server-side": { type: "bool" },
  "force-conflicts": { type: "bool" },
  "field-manager": { type: "text" },
  force: { type: "bool" },
  prune: { type: "bool" },
  "prune-allowlist": { type: "list" },
  all: { type: "bool" },
  selector: { short: "l", type: "text" },
  validate: { type: "optional", alone: "strict" },
  overwrite: { type: "bool" },
  wait: { type: "bool" },
};

/** The kinds that --prune looks at where none are named. */
const prunedKinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "ConfigMap"], ["v1", "Endpoints"], ["v1", "Namespace"], ["v1", "PersistentVolumeClaim"], ["v1", "PersistentVolume"], ["v1", "Pod"], ["v1", "ReplicationController"], ["v1", "Secret"], ["v1", "Service"],
  ["batch/v1", "Job"], ["batch/v1", "CronJob"], ["networking.k8s.io/v1", "Ingress"], ["apps/v1", "DaemonSet"], ["apps/v1", "Deployment"], ["apps/v1", "ReplicaSet"], ["apps/v1", "StatefulSet"],
];

export async function apply(host: KubectlHost, words: readonly string[]): Promise<void> {
  if (words[0] === "view-last-applied") return viewLastApplied(host, words.slice(1));
  const { flags } = parseArgs(words, specs, "apply");
  if (flags.has("kustomize")) throw new KubectlError("error: kustomize is not simulated in this terminal");
  if (!flags.has("filename")) throw new KubectlError("error: must specify one of -f and -k");
  const print = printerOf(host, flags.text("output"));
  const namespace = namespaceOf(host, flags);
  const manifests = await manifestsOf(host, flags.list("filename"), namespace, flags.has("namespace"));
  const problems: string[] = [];
  const done: JsonObject[] = [];
  for (const manifest of manifests) {
    const { object, outcome, problem } = await applyOne(host, flags, manifest);
    if (problem !== null) problems.push(problem);
    else done.push(object);
    if (problem === null && print === null) host.out(`${qualifiedSingular(manifest.resource)}/${manifest.name} ${outcome}${dryRunWord(flags)}\n`);
    else if (problem === null && print !== null && manifests.length === 1) host.out(print(withoutManagedFields(object)));
  }
  if (print !== null && manifests.length > 1 && done.length > 0) host.out(print({ apiVersion: "v1", items: done.map(withoutManagedFields), kind: "List", metadata: {} }));
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
  if (flags.bool("prune")) await prune(host, flags, manifests, done);
}

interface Outcome {
  readonly object: JsonObject;
  readonly outcome: string;
  readonly problem: string | null;
}

/** The step where the kind is one of the server's alone (a custom resource): lists are replaced as a whole. */
function planUntyped({ object, resource, namespace, name }: Manifest, live: JsonObject | null): ApplyStep {
  const modified = withLastApplied(object);
  if (live === null) return { type: "create", path: pathOf(resource, namespace), body: modified };
  const saved = objectOf(metaOf(live)["annotations"])[lastAppliedAnnotation];
  const original = typeof saved === "string" ? objectOf(JSON.parse(saved) as Json) : null;
  const body = threeWayPatch(original ?? {}, modified, live, null);
  return Object.keys(body).length === 0 ? { type: "unchanged" } : { type: "patch", path: pathOf(resource, namespace, name), contentType: "application/merge-patch+json", body, lastAppliedMissing: original === null };
}

async function applyOne(host: KubectlHost, flags: Flags, manifest: Manifest): Promise<Outcome> {
  const { resource, namespace, name, source } = manifest;
  const path = pathOf(resource, namespace, name);
  const failed = (problem: string): Outcome => ({ object: {}, outcome: "", problem });
  if (name === "") return failed(`error: error when retrieving current configuration of:\nResource: "${resourceText(resource)}", GroupVersionKind: "${kindText(resource)}"\nName: "", Namespace: "${namespace}"\nfrom server for: "${source}": resource name may not be empty`);
  const dryRun: Record<string, string> = dryRunOf(flags) === "server" ? { dryRun: "All" } : {};
  const validation = { fieldValidation: flags.text("validate", "true") === "false" ? "Ignore" : "Strict" };
  if (flags.bool("server-side")) return serverSide(host, flags, manifest, path, { ...dryRun, ...validation });
  const live = await sendAs(host, flags, { verb: "get", path });
  if (!ok(live) && live.code !== 404) return failed(failureMessage(live, `error when retrieving current configuration of:\nResource: "${resourceText(resource)}", GroupVersionKind: "${kindText(resource)}"\nName: "${name}", Namespace: "${namespace}"\nfrom server for: "${source}"`));
  const current = live.code === 404 ? null : objectOf(live.body);
  const target = applyTarget(manifest.object, namespace);
  const step = "field" in target ? planUntyped(manifest, current) : planApply(target, current);
  if (step.type === "unchanged") return { object: current ?? {}, outcome: "unchanged", problem: null };
  const query = { fieldManager: flags.text("field-manager", applyFieldManager), ...validation, ...dryRun };
  if (step.type === "create") {
    if (dryRunOf(flags) === "client") return { object: step.body, outcome: "created", problem: null };
    const response = await sendAs(host, flags, { verb: "create", path: step.path, query, body: step.body });
    return ok(response) ? { object: objectOf(response.body), outcome: "created", problem: null } : failed(failureMessage(response, `error when creating "${source}"`));
  }
  if (step.lastAppliedMissing) {
    host.err(
      `Warning: resource ${resource.plural}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  if (dryRunOf(flags) === "client") return { object: current ?? {}, outcome: "configured", problem: null };
  const response = await sendAs(host, flags, { verb: "patch", path: step.path, query, contentType: step.contentType, body: step.body });
  if (ok(response)) return { object: objectOf(response.body), outcome: "configured", problem: null };
  return failed(failureMessage(response, `error when applying patch:\n${canonicalJson(step.body)}\nto:\nResource: "${resourceText(resource)}", GroupVersionKind: "${kindText(resource)}"\nName: "${name}", Namespace: "${namespace}"\nfor: "${source}": error when patching "${source}"`));
}

function resourceText({ group, version, plural }: Resource): string {
  return `${group === "" ? "" : `${group}/`}${version}, Resource=${plural}`;
}

function kindText({ group, version, kind }: Resource): string {
  return `${group === "" ? "" : `${group}/`}${version}, Kind=${kind}`;
}

async function serverSide(host: KubectlHost, flags: Flags, { object, source }: Manifest, path: string, query: Record<string, string>): Promise<Outcome> {
  const force: Record<string, string> = flags.bool("force-conflicts") ? { force: "true" } : { force: "false" };
  const response = await sendAs(host, flags, { verb: "patch", path, query: { fieldManager: flags.text("field-manager", "kubectl"), ...query, ...force }, contentType: "application/apply-patch+yaml", body: object });
  if (ok(response)) return { object: objectOf(response.body), outcome: "serverside-applied", problem: null };
  return { object: {}, outcome: "", problem: conflictText(response) ?? failureMessage(response, `error when patching "${source}"`).replace(`error when patching "${source}": `, "") };
}

/** The conflicts of a server-side apply, with what one can do about them. */
function conflictText(response: ApiResponse): string | null {
  const body = objectOf(response.body);
  if (textOf(body["reason"]) !== "Conflict") return null;
  return `error: ${textOf(body["message"])}\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the \`--force-conflicts\` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n  stop managing the field (remove it from their configuration).\nSee https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
}

/** Deletes what was applied before, has the selector's labels, and is in the files no more. */
async function prune(host: KubectlHost, flags: Flags, manifests: readonly Manifest[], done: readonly JsonObject[]): Promise<void> {
  if (!flags.bool("all") && !flags.has("selector")) throw new KubectlError("error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector");
  const kept = new Set(done.map(uidOf));
  const namespaces = new Set(manifests.map(({ namespace }) => namespace).filter((namespace) => namespace !== ""));
  const all = await resources(host);
  for (const [apiVersion, kind] of prunedKinds) {
    const resource = all.find((one) => one.kind === kind && (one.group === "" ? one.version : `${one.group}/${one.version}`) === apiVersion);
    if (resource === undefined) continue;
    for (const namespace of resource.namespaced ? namespaces : [""]) {
      const listed = await sendAs(host, flags, { verb: "list", path: pathOf(resource, namespace), query: flags.has("selector") ? { labelSelector: flags.text("selector") } : {} });
      if (!ok(listed)) continue;
      for (const item of listOf(objectOf(listed.body)["items"])) {
        const meta = metaOf(item);
        if (objectOf(meta["annotations"])[lastAppliedAnnotation] === undefined || kept.has(uidOf(item)) || Array.isArray(meta["ownerReferences"])) continue;
        if (dryRunOf(flags) !== "client") await sendAs(host, flags, { verb: "delete", path: pathOf(resource, namespace, nameOf(item)), query: dryRunOf(flags) === "server" ? { dryRun: "All" } : {}, body: { propagationPolicy: "Background" } });
        host.out(`${qualifiedSingular(resource)}/${nameOf(item)} pruned${dryRunWord(flags)}\n`);
      }
    }
  }
}

async function viewLastApplied(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { output: { short: "o", type: "text" } }, "apply view-last-applied");
  const { resource, namespace, name } = await singleObject(host, args, namespaceOf(host, flags), "one or more resources must be specified as <resource> <name> or <resource>/<name>");
  const response = await sendAs(host, flags, { verb: "get", path: pathOf(resource, namespace, name) });
  if (!ok(response)) throw new KubectlError(failureMessage(response));
  const saved = objectOf(metaOf(objectOf(response.body))["annotations"])[lastAppliedAnnotation];
  if (typeof saved !== "string") throw new KubectlError(`error: no last-applied-configuration annotation found on resource: ${name}`);
  const value = JSON.parse(saved) as Json;
  host.out(flags.text("output", "yaml") === "json" ? `${JSON.stringify(value, null, 2)}\n` : isJsonObject(value) ? goYaml(value) : "");
}
