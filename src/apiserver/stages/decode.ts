import { invalidStatus, requestEntityTooLarge, unsupportedMediaType } from "../../apimachinery/statusErrors.ts";
import { forbidden, invalid, notSupported, required, tooLong } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { isLongerAsText, type Json } from "../../base/json.ts";
import { mediaType } from "../answers.ts";
import { decodeObjectBody } from "../codec.ts";
import { applyPatchType } from "../patch.ts";
import { refuse, targetOf, type RequestContext, type WriteWork } from "../requestContext.ts";
import { subresourceHandler } from "../subresources/index.ts";
import { decodeDeleteOptions } from "../verbs/deleteOptions.ts";

/** Content types of patches. */
const patchTypes: readonly string[] = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", applyPatchType];

/** Reads the body: strict fields, pruning, static defaults. A patch is read when it is applied. */
export function decode(rc: RequestContext, verb: string): string {
  const target = targetOf(rc);
  const { request } = rc;
  checkSize(rc);
  const handler = target.subresource === "" ? null : subresourceHandler(target.subresource);
  switch (verb) {
    case "create":
    case "update": {
      const operation = verb === "create" && handler === null ? "CREATE" : "UPDATE";
      rc.work = newWork(rc, operation, dryRun(rc, verb));
      checkContentType(request.contentType);
      const decoded = decodeObjectBody(rc, target.resource, handler?.body ?? null, request.body);
      rc.work.input = decoded.object;
      rc.warnings.push(...decoded.warnings);
      return decoded.warnings.length === 0 ? "decoded" : `decoded, ${decoded.warnings.length} warnings`;
    }
    case "patch": {
      const type = mediaType(request.contentType);
      if (!patchTypes.includes(type)) {
        const refused = unsupportedMediaType("415: Unsupported Media Type");
        refuse({ code: refused.code, body: { ...refused.body, details: {} } });
      }
      rc.work = newWork(rc, "UPDATE", dryRun(rc, verb));
      rc.work.input = request.body;
      rc.work.applied = type === applyPatchType;
      return type;
    }
    default: {
      const options = decodeDeleteOptions(rc);
      rc.work = newWork(rc, "DELETE", options.dryRun);
      rc.work.input = options as unknown as Json;
      return "decoded";
    }
  }
}

const maximumBodyBytes = 3 * 1024 * 1024;

/** Only what comes over HTTP can be so large; measuring our own components' bodies would cost more than the limit is worth. */
function checkSize(rc: RequestContext): void {
  if (rc.outside && isLongerAsText(rc.request.body, maximumBodyBytes)) refuse(requestEntityTooLarge(`limit is ${maximumBodyBytes}`));
}

function newWork(rc: RequestContext, operation: WriteWork["operation"], dry: boolean): WriteWork {
  return {
    operation, dryRun: dry, manager: managerOf(rc), input: null, old: null, oldRevision: 0, object: null, versioned: false, applied: false,
    reserved: { ips: [], ports: [] }, takes: "", quotaWrites: [], answer: null,
  };
}

/** "kubectl/v1.35.0 (linux/amd64) ..." -> "kubectl". Follows handlers/create.go managerOrUserAgent. */
function managerOf(rc: RequestContext): string {
  const given = rc.request.query["fieldManager"] ?? "";
  if (given !== "") return given;
  const agent = rc.request.userAgent ?? "";
  const known = managers.get(agent);
  if (known !== undefined) return known;
  const manager = (agent.split("/")[0] ?? "").slice(0, 128) || "unknown";
  // A cache of a pure function; bounded, because clients write the header.
  if (managers.size < 256) managers.set(agent, manager);
  return manager;
}

const managers = new Map<string, string>();

function dryRun(rc: RequestContext, verb: string): boolean {
  const text = rc.request.query["dryRun"] ?? "";
  const kind = verb === "create" ? "CreateOptions" : verb === "patch" ? "PatchOptions" : "UpdateOptions";
  const errors: FieldError[] = [];
  if (text !== "" && text.split(",").some((value) => value !== "All")) errors.push(notSupported("dryRun", text.split(","), ["All"]));
  errors.push(...managerErrors(rc.request.query["fieldManager"] ?? ""));
  const validation = rc.request.query["fieldValidation"] ?? "";
  if (!["", "Ignore", "Warn", "Strict"].includes(validation)) errors.push(notSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]));
  const applies = verb === "patch" && mediaType(rc.request.contentType) === applyPatchType;
  if (applies && (rc.request.query["fieldManager"] ?? "") === "") errors.push(required("fieldManager", "is required for apply patch"));
  if (verb === "patch" && !applies && rc.request.query["force"] !== undefined) errors.push(forbidden("force", "may not be specified for non-apply patch"));
  if (errors.length > 0) refuse(invalidStatus({ group: "meta.k8s.io", kind }, "", errors));
  return text !== "";
}

/** Follows meta/v1/validation ValidateFieldManager. */
function managerErrors(name: string): readonly FieldError[] {
  if (name.length > 128) return [tooLong("fieldManager", 128)];
  const at = [...name].findIndex((character) => character < " " || character === "\u007f");
  if (at < 0) return [];
  const code = (name.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return [invalid("fieldManager", name, `invalid character U+${code} (at position ${at})`)];
}

function checkContentType(contentType: string): void {
  const type = mediaType(contentType);
  if (type === "" || type === "application/json" || type === "application/yaml") return;
  refuse(unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`));
}

