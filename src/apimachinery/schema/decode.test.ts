import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { decodeAs, schemaOf, withStaticDefaults } from "../../kinds/schemaTable.ts";
import { kindOfBody, queryOf, transcript, transcriptsPresent } from "../testing/transcripts.ts";
import { decodeObject } from "./decode.ts";
import { wireForm } from "./wire.ts";

const deployment = "io.k8s.api.apps.v1.Deployment";
const pod = "io.k8s.api.core.v1.Pod";

function container(more: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx", ...more }] } };
}

describe("decoding", () => {
  const refusals: readonly { readonly why: string; readonly name: string; readonly body: Json; readonly message: string }[] = [
    { why: "a text for a number", name: deployment, body: { spec: { replicas: "3" } }, message: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32" },
    { why: "a fraction for an integer", name: deployment, body: { spec: { replicas: 1.5 } }, message: "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32" },
    { why: "a list for the metadata", name: deployment, body: { metadata: [] }, message: "json: cannot unmarshal array into Go struct field Deployment.metadata of type v1.ObjectMeta" },
    { why: "a truth for the containers", name: pod, body: { spec: { containers: true } }, message: "json: cannot unmarshal bool into Go struct field PodSpec.spec.containers of type []v1.Container" },
    { why: "a text for a container", name: pod, body: { spec: { containers: ["c"] } }, message: "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container" },
    { why: "a number for a label", name: pod, body: { metadata: { labels: { a: 1 } } }, message: "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string" },
    { why: "no quantity", name: pod, body: container({ resources: { limits: { cpu: "many" } } }), message: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" },
    { why: "no time", name: pod, body: { metadata: { creationTimestamp: "now" } }, message: 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"' },
    { why: "no base64", name: "io.k8s.api.core.v1.Secret", body: { data: { a: "*" } }, message: "illegal base64 data at input byte 0" },
    { why: "a truth for a port", name: "io.k8s.api.core.v1.Service", body: { spec: { ports: [{ port: 80, targetPort: true }] } }, message: "json: cannot unmarshal bool into Go value of type int32" },
  ];
  it.each(refusals)("refuses $why", ({ name, body, message }) => {
    expect(decodeAs(name, body, "Ignore")).toEqual({ ok: false, message });
  });

  it("names unknown fields, strictly as an error and else as warnings", () => {
    const body = { metadata: { name: "p", bar: 1 }, spec: { containers: [{ name: "c", imagee: "x" }] }, foo: {} };
    const names = ['unknown field "metadata.bar"', 'unknown field "spec.containers[0].imagee"', 'unknown field "foo"'];
    expect(decodeAs(pod, body, "Strict")).toEqual({ ok: false, message: `strict decoding error: ${names.join(", ")}` });
    const warned = decodeAs(pod, body, "Warn");
    expect(warned).toMatchObject({ ok: true, warnings: names });
    expect(decodeAs(pod, body, "Ignore")).toMatchObject({ ok: true, warnings: [] });
    expect(JSON.stringify(warned)).not.toContain('imagee":');
  });

  it("makes canonical what has a canonical form", () => {
    const decoded = decodeAs(pod, container({ resources: { limits: { cpu: "1000m", memory: "1.5Gi" } } }), "Strict");
    expect(decoded).toMatchObject({ ok: true, value: { spec: { containers: [{ resources: { limits: { cpu: "1", memory: "1536Mi" } } }] } } });
  });

  it("takes null and dropped zeros for absence, and keeps zeros behind pointers", () => {
    const decoded = decodeAs(deployment, { spec: { replicas: 0, paused: false, minReadySeconds: 0, selector: null, template: { spec: { nodeName: "", hostNetwork: false, terminationGracePeriodSeconds: 0 } } } }, "Strict");
    expect(decoded.ok && decoded.value).toEqual({ metadata: {}, spec: { replicas: 0, strategy: {}, template: { metadata: {}, spec: { containers: [], terminationGracePeriodSeconds: 0 } } }, status: {} });
  });

  it("shares what it leaves alone", () => {
    const once = decodeAs(pod, container({ resources: {} }), "Strict");
    if (!once.ok) throw new Error(once.message);
    const again = decodeAs(pod, once.value, "Strict");
    expect(again.ok && again.value).toBe(once.value);
    const full = withStaticDefaults(pod, once.value);
    expect(full).not.toBe(once.value);
    expect(full["metadata"]).toBe(once.value["metadata"]);
    expect(withStaticDefaults(pod, full)).toBe(full);
  });

  it("treats __proto__ as a key like any other", () => {
    const body = JSON.parse('{"metadata":{"name":"c","__proto__":{"polluted":true}},"data":{"__proto__":"x","a":null},"__proto__":{"polluted":true}}') as Json;
    const decoded = decodeAs("io.k8s.api.core.v1.ConfigMap", body, "Warn");
    expect(decoded).toMatchObject({ ok: true, warnings: ['unknown field "metadata.__proto__"', 'unknown field "__proto__"'] });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(decoded.ok && Object.getPrototypeOf(decoded.value["metadata"])).toBe(Object.prototype);
    expect(decoded.ok && Object.entries(decoded.value["data"] as JsonObject)).toEqual([["__proto__", "x"], ["a", ""]]);
  });

  it("refuses what nests without end", () => {
    let deep: Json = {};
    for (let at = 0; at < 2000; at++) deep = { a: deep };
    expect(decodeObject(schemaOf("io.k8s.api.apps.v1.ControllerRevision"), { data: deep }, "Ignore")).toEqual({ ok: false, message: "exceeded max depth" });
  });

  it("writes empty lists that are always there as null", () => {
    const schema = schemaOf("io.k8s.api.rbac.v1.Role");
    const decoded = decodeObject(schema, { metadata: { name: "r" }, rules: [] }, "Strict");
    expect(decoded.ok && decoded.value).toEqual({ metadata: { name: "r" }, rules: [] });
    expect(decoded.ok && wireForm(schema, decoded.value)).toEqual({ metadata: { name: "r" }, rules: null });
  });

  it("answers to whatever comes, and what it accepts it accepts unchanged", () => {
    const names = [deployment, pod, "io.k8s.api.core.v1.Service", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition"];
    const keys = fc.constantFrom("metadata", "spec", "status", "containers", "ports", "name", "labels", "replicas", "template", "__proto__", "constructor", "limits", "a", "versions", "schema", "items");
    const value = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof({ maxDepth: 5 }, fc.constant(null), fc.boolean(), fc.integer(), fc.string({ maxLength: 4 }), fc.array(tie("json"), { maxLength: 3 }), fc.dictionary(keys, tie("json"), { maxKeys: 4 })),
    })).json;
    fc.assert(fc.property(fc.constantFrom(...names), value, (name, body) => {
      const decoded = decodeAs(name, body, "Warn");
      if (!decoded.ok) return typeof decoded.message === "string";
      const full = withStaticDefaults(name, decoded.value);
      const again = decodeAs(name, JSON.parse(JSON.stringify(full)) as Json, "Strict");
      expect(again.ok && again.value).toEqual(full);
      return true;
    }), { numRuns: 400, seed: 7 });
  });
});

describe.skipIf(!transcriptsPresent)("decoding against recorded answers (absent: ../shared/oracles)", () => {
  const handled = / cannot be handled as a \w+: (.*)$/s;

  it("refuses, warns and accepts as the real server", () => {
    const found: string[] = [];
    let compared = 0;
    for (const { name, steps } of ["validation", "defaulting", "website"].flatMap(transcript)) {
      for (const { request, response } of steps) {
        const kind = kindOfBody(request.body);
        const validation = queryOf(request.path, "fieldValidation") ?? "Warn";
        if (kind === null || !["POST", "PUT"].includes(request.method) || !["Warn", "Strict", "Ignore"].includes(validation)) continue;
        const decoded = decodeAs(kind.schema, request.body ?? null, validation as "Warn");
        const text = response.code === 400 ? handled.exec(String(response.body?.["message"]))?.[1] : undefined;
        // Not decoding's business: keys that come twice, kinds that do not fit the path.
        if (text !== undefined && /duplicate field|unknown conversion|no kind/.test(text)) continue;
        compared++;
        const ours = decoded.ok ? `accepted ${JSON.stringify(decoded.warnings)}` : decoded.message.replace("2006-01-02T15:04:05Z07:00", "<time>07:00");
        const theirs = text ?? `accepted ${JSON.stringify((response.warnings ?? []).filter((warning) => warning.startsWith("unknown field")))}`;
        if (ours !== theirs) found.push(`${name}: ours ${ours}, recorded ${theirs}`);
      }
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  });
});
