import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schemas } from "../../kinds/schemaTable.ts";
import { decodeProtobuf } from "./decodeProtobuf.ts";

type Part = readonly [number, string | number | Uint8Array | readonly Part[]];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
/** A message as a typed client writes it: field numbers as the published definitions have them. */
function message(...parts: readonly Part[]): Uint8Array {
  const bytes: number[] = [];
  for (const [number, value] of parts) {
    if (typeof value === "number") bytes.push(...varint(number * 8), ...varint(value));
    else {
      const content = typeof value === "string" ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : message(...value);
      bytes.push(...varint(number * 8 + 2), ...varint(content.length), ...content);
    }
  }
  return Uint8Array.from(bytes);
}
function envelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...message([1, [[1, apiVersion], [2, kind]]], [2, raw], [3, ""], [4, ""])]);
}

describe("the binary form", () => {
  test("of a Deployment becomes its JSON form", () => {
    const container: Part[] = [[1, "nginx"], [2, "nginx:1.27"], [6, [[1, ""], [3, 8080], [4, "TCP"]]], [8, [[1, [[1, "cpu"], [2, [[1, "500m"]]]]]]], [11, [[1, [[2, [[1, "/ready"], [2, [[1, 1], [2, 0], [3, "http"]]]]]]]]]];
    const raw = message(
      [1, [[1, "web"], [8, []], [11, [[1, "app"], [2, "wéb"]]]]],
      [2, [[1, 3], [2, [[1, [[1, "app"], [2, "web"]]]]], [3, [[1, [[11, [[1, "app"], [2, "web"]]]]], [2, [[1, [[1, "v"], [2, [[2, []]]]]], [2, container]]]]], [4, [[1, "RollingUpdate"], [2, [[1, [[1, 0], [2, 1], [3, ""]]]]]]]]],
    );
    expect(decodeProtobuf(schemas, envelope("apps/v1", "Deployment", raw))).toEqual({
      ok: true,
      value: {
        kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "web", labels: { app: "wéb" } },
        spec: {
          replicas: 3, selector: { matchLabels: { app: "web" } },
          template: {
            metadata: { labels: { app: "web" } },
            spec: {
              volumes: [{ name: "v", emptyDir: {} }],
              containers: [{ name: "nginx", image: "nginx:1.27", ports: [{ name: "", containerPort: 8080, protocol: "TCP" }], resources: { limits: { cpu: "500m" } }, readinessProbe: { httpGet: { path: "/ready", port: "http" } } }],
            },
          },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
        },
      },
    });
  });

  test("of a Secret carries bytes as base64, of a time seconds", () => {
    const raw = message([1, [[1, "s"], [8, [[1, 1_767_225_600]]]]], [2, [[1, "p"], [2, Uint8Array.from([0, 255, 128])]]], [3, "Opaque"]);
    expect(decodeProtobuf(schemas, envelope("v1", "Secret", raw))).toMatchObject({ ok: true, value: { metadata: { creationTimestamp: "2026-01-01T00:00:00Z" }, data: { p: "AP+A" }, type: "Opaque" } });
  });

  test("of options is one type in all groups", () => {
    expect(decodeProtobuf(schemas, envelope("apps/v1", "DeleteOptions", message([1, 5])))).toMatchObject({ ok: true, value: { kind: "DeleteOptions", gracePeriodSeconds: 5 } });
  });

  test.each([
    ["no envelope", Uint8Array.from([1, 2, 3])],
    ["an unknown kind", envelope("v1", "Nope", message())],
    ["a length past the end", envelope("v1", "ConfigMap", Uint8Array.from([10, 100, 1]))],
    ["text that is no UTF-8", envelope("v1", "ConfigMap", message([1, [[1, Uint8Array.from([0xff, 0xfe])]]]))],
  ])("refuses %s", (_what, body) => {
    expect(decodeProtobuf(schemas, body).ok).toBe(false);
  });
});

test("never throws, whatever the bytes, and keeps prototypes out", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    decodeProtobuf(schemas, bytes);
    decodeProtobuf(schemas, envelope("v1", "Pod", bytes));
    decodeProtobuf(schemas, envelope("apps/v1", "Deployment", bytes));
  }), { numRuns: 500, seed: 3 });
  const sneaky = decodeProtobuf(schemas, envelope("v1", "ConfigMap", message([2, [[1, "__proto__"], [2, "x"]]])));
  expect(sneaky.ok && Object.getPrototypeOf((sneaky.value as { data: object }).data) === Object.prototype).toBe(true);
});
