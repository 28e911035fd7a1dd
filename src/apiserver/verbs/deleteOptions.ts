import { invalid, notSupported } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { invalidStatus } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { refuse, type RequestContext } from "../requestContext.ts";
import { parseBool } from "./listOptions.ts";

export interface DeleteOptions {
  readonly gracePeriodSeconds: number | null;
  readonly propagationPolicy: string | null;
  readonly orphanDependents: boolean | null;
  readonly preconditionUid: string | null;
  readonly preconditionVersion: string | null;
  readonly dryRun: boolean;
}

/** From the body, or where there is none from the query. Follows handlers/delete.go and meta/v1/validation. */
export function decodeDeleteOptions(rc: RequestContext): DeleteOptions {
  const { body, query } = rc.request;
  return deleteOptionsFrom(rc, isJsonObject(body) ? body : fromQuery(query));
}

export function deleteOptionsFrom(rc: RequestContext, given: JsonObject): DeleteOptions {
  const { query } = rc.request;
  const preconditions = isJsonObject(given["preconditions"]) ? given["preconditions"] : {};
  const dry = Array.isArray(given["dryRun"]) ? (given["dryRun"] as readonly Json[]) : [];
  const queryDry = query["dryRun"] ?? "";
  const dryValues = dry.length > 0 ? dry : queryDry === "" ? [] : queryDry.split(",");
  const options: DeleteOptions = {
    gracePeriodSeconds: typeof given["gracePeriodSeconds"] === "number" ? given["gracePeriodSeconds"] : null,
    propagationPolicy: typeof given["propagationPolicy"] === "string" ? given["propagationPolicy"] : null,
    orphanDependents: typeof given["orphanDependents"] === "boolean" ? given["orphanDependents"] : null,
    preconditionUid: typeof preconditions["uid"] === "string" ? preconditions["uid"] : null,
    preconditionVersion: typeof preconditions["resourceVersion"] === "string" ? preconditions["resourceVersion"] : null,
    dryRun: dryValues.length > 0,
  };
  const errors = optionErrors(options, dryValues);
  if (errors.length > 0) refuse(invalidStatus({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors));
  return options;
}

function fromQuery(query: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  const options: Record<string, Json> = {};
  const grace = query["gracePeriodSeconds"];
  if (grace !== undefined && /^-?[0-9]+$/.test(grace)) options["gracePeriodSeconds"] = Number(grace);
  if (query["propagationPolicy"] !== undefined) options["propagationPolicy"] = query["propagationPolicy"];
  if (query["orphanDependents"] !== undefined) options["orphanDependents"] = parseBool(query["orphanDependents"]);
  return options;
}

function optionErrors(options: DeleteOptions, dryRun: readonly Json[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { propagationPolicy, orphanDependents } = options;
  if (propagationPolicy !== null && orphanDependents !== null) errors.push(invalid("propagationPolicy", propagationPolicy, "orphanDependents and deletionPropagation cannot be both set"));
  if (propagationPolicy !== null && !["Foreground", "Background", "Orphan"].includes(propagationPolicy)) errors.push(notSupported("propagationPolicy", propagationPolicy, ["Foreground", "Background", "Orphan", "nil"]));
  if (dryRun.some((value) => value !== "All")) errors.push(notSupported("dryRun", dryRun as Json, ["All"]));
  return errors;
}
