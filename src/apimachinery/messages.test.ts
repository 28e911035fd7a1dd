import { describe, expect, it } from "vitest";
import { aggregateText, errorText, forbidden, invalid, notSupported, required, toAggregateText, tooLong, tooMany } from "./fieldError.ts";
import { goPrint, goQuote } from "./goFormat.ts";
import { scaledValue } from "./intOrString.ts";
import * as names from "./names.ts";
import { conflict, forbiddenStatus, groupKindText, invalidStatus, methodNotAllowed, notFound, plainError } from "./statusErrors.ts";
import { formatMicroTime, formatTime, parseTime } from "./timestamp.ts";
import { transcript, transcriptsPresent } from "./testing/transcripts.ts";

describe("field errors", () => {
  it.each([
    [invalid("spec.replicas", -1, "must be greater than or equal to 0"), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    [invalid("spec.x", null, "no"), "spec.x: Invalid value: null: no"],
    [invalid("spec.x", undefined, "short items"), "spec.x: Invalid value: short items"],
    [invalid("a", { b: "<" }, "no"), 'a: Invalid value: {"b":"\\u003c"}: no'],
    [required("spec.containers", ""), "spec.containers: Required value"],
    [forbidden("spec", "is immutable"), "spec: Forbidden: is immutable"],
    [notSupported("spec.type", "Foo", ["A", "B"]), 'spec.type: Unsupported value: "Foo": supported values: "A", "B"'],
    [tooLong("metadata.annotations", 262144), "metadata.annotations: Too long: may not be more than 262144 bytes"],
    [tooMany("spec.l", 5, 3), "spec.l: Too many: 5: must have at most 3 items"],
  ])("%j", (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it("are joined once each", () => {
    const error = required("a");
    expect(toAggregateText([error])).toBe("a: Required value");
    expect(toAggregateText([error, error, required("b")])).toBe("[a: Required value, b: Required value]");
  });

  it("quote as Go does", () => {
    expect(goQuote('a"b\\\n\u0001\u007fé\u00a0😀')).toBe('"a\\"b\\\\\\n\\x01\\x7fé\\u00a0😀"');
    expect(goPrint({ b: [1, "x", null], a: true })).toBe("map[a:true b:[1 x <nil>]]");
  });
});

describe("statuses", () => {
  it("say what upstream says", () => {
    expect(notFound({ group: "apps", resource: "deployments" }, "x").body).toEqual({
      kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: 'deployments.apps "x" not found', reason: "NotFound", details: { name: "x", group: "apps", kind: "deployments" }, code: 404,
    });
    expect(methodNotAllowed().body["details"]).toEqual({});
    expect(plainError("odd").body).toEqual({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "odd", code: 500 });
    expect(forbiddenStatus({ group: "", resource: "pods" }, "", "no").body["message"]).toBe("pods is forbidden: no");
    expect(conflict({ group: "", resource: "pods" }, "p").body["message"]).toMatch(/^Operation cannot be fulfilled on pods "p": the object has been modified;/);
  });

  it.skipIf(!transcriptsPresent)("are rebuilt from the causes of every recorded refusal (absent: ../shared/oracles)", () => {
    let compared = 0;
    for (const { steps } of [...transcript("validation"), ...transcript("crds")]) {
      for (const { response } of steps) {
        const body = response.body;
        const details = body?.["details"] as { name?: string; group?: string; kind?: string; causes?: { reason: string; message: string; field: string }[] } | undefined;
        if (response.code !== 422 || body?.["reason"] !== "Invalid" || details?.causes === undefined || details.causes.some((cause) => cause.reason === undefined)) continue;
        compared++;
        const head = `${groupKindText({ group: details.group ?? "", kind: details.kind ?? "" })} ${goQuote(details.name ?? "")} is invalid: `;
        expect(head + aggregateText(details.causes.map((cause) => `${cause.field}: ${cause.message}`))).toBe(body["message"]);
      }
    }
    expect(compared).toBeGreaterThan(100);
    expect(invalidStatus({ group: "apps", kind: "Deployment" }, "d", [required("spec.selector")]).body).toMatchObject({
      message: 'Deployment.apps "d" is invalid: spec.selector: Required value', details: { causes: [{ reason: "FieldValueRequired", message: "Required value", field: "spec.selector" }] },
    });
  });
});

describe("names", () => {
  const subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  const rules = {
    isDns1123Label: names.isDns1123Label, isDns1123Subdomain: names.isDns1123Subdomain, isQualifiedName: names.isQualifiedName, isValidLabelValue: names.isValidLabelValue,
    isValidPortName: names.isValidPortName, isConfigMapKey: names.isConfigMapKey, isPathSegmentName: names.isPathSegmentName, isRelaxedEnvVarName: names.isRelaxedEnvVarName,
  };
  it.each<readonly [keyof typeof rules, string, readonly string[]]>([
    ["isDns1123Label", "a-b", []], ["isDns1123Label", "a.b", ["must not contain dots"]], ["isDns1123Label", "a".repeat(64), ["must be no more than 63 characters"]],
    ["isDns1123Subdomain", "a.b", []], ["isDns1123Subdomain", "A_B", [subdomain]], ["isDns1123Subdomain", "a\n", [subdomain]],
    ["isQualifiedName", "example.com/name", []], ["isQualifiedName", "/name", ["prefix part must be non-empty"]], ["isQualifiedName", `${"a".repeat(254)}/n`, ["prefix part must be no more than 253 bytes"]],
    ["isValidLabelValue", "", []], ["isValidLabelValue", "x".repeat(64), ["must be no more than 63 bytes"]],
    ["isValidPortName", "http", []], ["isValidPortName", "123", ["must contain at least one letter (a-z)"]], ["isValidPortName", "a--b", ["must not contain consecutive hyphens"]],
    ["isConfigMapKey", "..", ["must not be '..'"]], ["isConfigMapKey", "a.b_C-1", []], ["isPathSegmentName", "a/b", ["may not contain '/'"]], ["isRelaxedEnvVarName", "a=b", ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
  ])("%s of %j", (rule, value, expected) => {
    expect(rules[rule](value)).toEqual(expected);
  });

  it("validate metadata as recorded", () => {
    expect(names.validateLabels({ "a b": "-x" }, "metadata.labels")).toHaveLength(2);
    expect(names.validateAnnotations({ Upper: "x" }, "metadata.annotations")).toEqual([]);
    expect(names.validateAnnotations({ a: "x".repeat(262144) }, "metadata.annotations").map(errorText)).toEqual(["metadata.annotations: Too long: may not be more than 262144 bytes"]);
    expect(names.validateFieldManager("a\u0001", "fieldManager").map(errorText)).toEqual(['fieldManager: Invalid value: "a\\x01": invalid character U+0001 (at position 1)']);
    expect(names.validateFinalizers(["foo"], "metadata.finalizers")).toEqual([]);
    expect(names.validateFinalizers(["orphan", "foregroundDeletion"], "metadata.finalizers")).toHaveLength(1);
    expect(names.validateCoreFinalizer("foo", "metadata.finalizers[0]").map(errorText)).toEqual(['metadata.finalizers[0]: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified']);
    expect(names.validateCoreFinalizer("orphan", "metadata.finalizers[0]")).toEqual([]);
    const owner = (name: string) => ({ apiVersion: "v1", kind: "Pod", name, uid: name, controller: true });
    expect(names.validateOwnerReferences([owner("a"), owner("b")], "metadata.ownerReferences").map((error) => error.detail)).toEqual(['Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b']);
    expect([names.isValidUserId(0), names.isValidUserId(2147483647), names.isValidUserId(2147483648), names.isValidUserId(-1)].map((errors) => errors.length)).toEqual([0, 0, 1, 1]);
    expect(names.utf8Bytes("aé€😀")).toBe(10);
  });
});

describe("numbers and times", () => {
  it("scale", () => {
    expect([scaledValue("25%", 10, true), scaledValue("25%", 10, false), scaledValue(3, 10, true), scaledValue("x", 10, true), scaledValue("100%", 7, false)]).toEqual([3, 2, 3, null, 7]);
  });
  it.each(["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-01-01T00:00:00Z", "2099-12-31T12:34:56Z", "1900-03-01T00:00:00Z"])("read and write %s", (text) => {
    const parsed = parseTime(text);
    expect(parsed.ok && formatTime(parsed.unixUs)).toBe(text);
    expect(parsed.ok && parsed.unixUs).toBe(Date.parse(text) * 1000);
    expect(parsed.ok && formatMicroTime(parsed.unixUs + 1)).toBe(text.replace("Z", ".000001Z"));
  });
  it.each([
    ["2026-13-01T00:00:00Z", "month out of range"], ["2026-02-30T00:00:00Z", "day out of range"], ["2026-01-01", 'cannot parse "" as "T"'], ["2026-01-01T00:00:00", 'cannot parse "" as "Z07:00"'],
    ["2026-01-01T00:00:00Zx", 'extra text: "x"'],
  ])("refuse %s", (text, message) => {
    const parsed = parseTime(text);
    expect(parsed.ok ? "" : parsed.message).toContain(message);
  });
});
