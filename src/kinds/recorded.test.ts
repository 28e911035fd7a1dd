import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { canonicalJson } from "../base/canonicalJson.ts";
import { columnTexts } from "./printing/columnTexts.ts";
import { create, kindOfPath, mergePatch, readCases, type RecordedCase } from "./testing/recordedCreate.ts";

const folder = new URL("../../../shared/oracles/transcripts/", import.meta.url);

/** Cases that the kinds alone cannot answer, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  "decode: missing kind": "the server fills in the kind of the path",
  "decode: unknown nested Foo": "the server looks at the query",
  "decode: fieldManager too long": "the server looks at the query",
  "decode: fieldManager not printable": "the server looks at the query",
  "immutable: Pod container image ok-less fields": "the recorded cluster mounts one more CA bundle in every pod, which shifts the line numbers of the difference by 18",
  "Pod: dropped system fields": "the server resets system fields of the metadata",
  "admin/konnectivity/konnectivity-server.yaml": "admission gives the priority of a class",
};

/** How many of the recorded cases of our kinds must agree; it only rises. */
const floors = { validation: 164, defaulting: 37, website: 153 } as const;

describe.each(["validation", "defaulting", "website"] as const)("recorded %s", (file) => {
  const path = new URL(`${file}.json`, folder);
  it.skipIf(!existsSync(path))("agrees with the real server (skipped where ../shared is absent)", () => {
    const failures: string[] = [];
    let passed = 0;
    for (const recorded of readCases(path)) {
      const difference = compare(recorded);
      if (difference === null) continue;
      if (difference === "") passed++;
      else failures.push(`${recorded.name}: ${difference}`);
    }
    const report = `${file}: ${passed} passed, ${failures.length} failed\n${failures.join("\n")}`;
    if (process.env.REPORT === file) process.stderr.write(`${report}\n`);
    expect(passed, report).toBeGreaterThanOrEqual(floors[file]);
  });
});

/** "" where equal, null where the case is not ours, else the difference. */
function compare(recorded: RecordedCase): string | null {
  const step = recorded.steps[0];
  if (elsewhere[recorded.name] !== undefined) return null;
  if (recorded.steps.length === 2) return compareUpdate(recorded);
  if (recorded.steps.length !== 1 || step === undefined || step.request.method !== "POST" || typeof step.request.body !== "object") return null;
  if ((step.request.contentType ?? "application/json") !== "application/json") return null;
  const target = kindOfPath(step.request.path);
  const { code, body } = step.response;
  if (target === null || body === undefined || (code !== 201 && code !== 422)) return null;
  const outcome = create(target.kind, target.namespace, step.request.body ?? null, step.request.path.includes("fieldValidation=Ignore") ? "Ignore" : "Warn");
  const warnings = step.response.warnings ?? [];
  if (outcome.type === "undecodable") return `undecodable: ${outcome.message}`;
  if (code === 422) {
    if (outcome.type !== "invalid") return "accepted, should be refused";
    const causes = ((body.details as JsonObject | undefined)?.causes ?? []) as readonly JsonObject[];
    const [want, got] = [causes.map(canonical), outcome.causes.map(canonical)];
    if (step.unordered === true) [want, got].forEach((each) => each.sort());
    return want.join("\n") === got.join("\n") ? "" : `\n    want ${want.join("\n         ")}\n    got  ${got.join("\n         ")}`;
  }
  if (outcome.type === "invalid") return `refused: ${outcome.causes.map(canonical).join(" ")}`;
  if (canonicalJson(warnings) !== canonicalJson(outcome.warnings)) return `warnings\n    want ${warnings.join("\n         ")}\n    got  ${outcome.warnings.join("\n         ")}`;
  const [want, got] = [comparable(body), comparable(outcome.object as unknown as JsonObject)];
  return want === got ? "" : `\n    want ${want}\n    got  ${got}`;
}

/** A creation, then a merge patch whose refusal is recorded. */
function compareUpdate(recorded: RecordedCase): string | null {
  const [first, second] = recorded.steps;
  if (first === undefined || second === undefined || first.request.method !== "POST" || second.request.contentType !== "application/merge-patch+json" || second.response.body === undefined) return null;
  const target = kindOfPath(first.request.path);
  if (target === null || first.request.path.includes("?")) return null;
  const created = create(target.kind, target.namespace, first.request.body ?? null, "Warn");
  if (created.type !== "created") return "the first step fails";
  const outcome = mergePatch(target.kind, created.object, second.request.body ?? null);
  if (second.response.code === 200) return outcome.type === "created" ? "" : `refused: ${JSON.stringify(outcome)}`;
  if (second.response.code !== 422) return null;
  if (outcome.type !== "invalid") return "accepted, should be refused";
  const causes = ((second.response.body.details as JsonObject | undefined)?.causes ?? []) as readonly JsonObject[];
  const [want, got] = [causes.map(canonical), outcome.causes.map(canonical)];
  return want.join("\n") === got.join("\n") ? "" : `\n    want ${want.join("\n         ")}\n    got  ${got.join("\n         ")}`;
}

function canonical(cause: JsonObject): string {
  return `${String(cause.field)} | ${String(cause.reason)} | ${String(cause.message).replaceAll("x2b3c", "<gen>").replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>")}`;
}

/** Without what the server gives or what is different every time. */
function comparable(object: JsonObject): string {
  const { managedFields: _fields, uid: _uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = object.metadata as Record<string, Json>;
  const { clusterIP: _ip, clusterIPs: _ips, healthCheckNodePort: _port, ...spec } = (object.spec ?? {}) as Record<string, Json>;
  const cleaned = { ...object, metadata, ...(object.spec === undefined ? {} : { spec }) };
  const text = canonicalJson(cleaned);
  return text.replaceAll("x2b3c", "<gen>").replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)/g, "<time>").replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>").replace(/"nodePort":("<nodePort>"|\d+),/g, "").replace(/"(renewTime|acquireTime|eventTime|firstTimestamp|lastTimestamp)":"[^"]*"/g, '"$1":"<time>"');
}

describe("recorded tables", () => {
  const path = new URL("reads.json", folder);
  it.skipIf(!existsSync(path))("have our columns (skipped where ../shared is absent)", () => {
    let compared = 0;
    for (const recorded of readCases(path)) {
      for (const step of recorded.steps) {
        const table = step.response.body;
        const target = kindOfPath(step.request.path);
        if (table?.kind !== "Table" || target === null || table.columnDefinitions === undefined) continue;
        const definitions = target.kind.columns.map(({ name, type, format, description, priority }) => ({ name, type, format: format ?? "", description: description === undefined ? "" : columnTexts[description], priority }));
        expect(definitions, recorded.name).toEqual(table.columnDefinitions);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(10);
  });
});
