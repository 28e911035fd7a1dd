import type { JsonObject } from "../../base/json.ts";
import { pathOf, qualifiedSingular, resourceOfKind } from "../discovery.ts";
import type { Flags, FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { printerOf, withoutManagedFields } from "../output/printers.ts";

/** Flags of whatever makes an object. */
export const createFlags: FlagSpecs = {
  "dry-run": { type: "optional", alone: "unchanged" },
  output: { short: "o", type: "text" },
  "save-config": { type: "bool" },
  "field-manager": { type: "text" },
  validate: { type: "optional", alone: "strict" },
};

export function dryRunOf(flags: Flags): "none" | "client" | "server" {
  const value = flags.text("dry-run", "none");
  if (value === "none" || value === "false") return "none";
  if (value === "client" || value === "server") return value;
  if (value === "unchanged" || value === "true") return "client";
  throw new KubectlError(`error: invalid dry-run value (${value}). Must be "none", "server", or "client"`);
}

export function dryRunWord(flags: Flags): string {
  return { none: "", client: " (dry run)", server: " (server dry run)" }[dryRunOf(flags)];
}

/** Posts an object and says so in kubectl's words, or prints it. `failing`: put before what the server says. */
export async function createObject(host: KubectlHost, flags: Flags, object: JsonObject, namespace: string, options: { readonly manager: string; readonly failing?: string; readonly word?: string }): Promise<JsonObject> {
  const print = printerOf(host, flags.text("output"));
  const resource = await resourceOfKind(host, textOf(object["apiVersion"]), textOf(object["kind"]));
  if (resource === null) throw new KubectlError(`error: no matches for kind "${textOf(object["kind"])}" in version "${textOf(object["apiVersion"])}"`);
  let made = object;
  if (dryRunOf(flags) !== "client") {
    const query: Record<string, string> = { fieldManager: flags.text("field-manager", options.manager), fieldValidation: "Strict", ...(dryRunOf(flags) === "server" ? { dryRun: "All" } : {}) };
    const response = await sendAs(host, flags, { verb: "create", path: pathOf(resource, resource.namespaced ? namespace : ""), query, body: object });
    if (!ok(response)) {
      const message = textOf(objectOf(response.body)["message"]);
      throw new KubectlError(options.failing === undefined ? failureMessage(response) : `error: ${options.failing}: ${message}`);
    }
    made = objectOf(response.body);
  }
  host.out(print === null ? `${qualifiedSingular(resource)}/${nameOf(made)} ${options.word ?? "created"}${dryRunWord(flags)}\n` : print(withoutManagedFields(made)));
  return made;
}
