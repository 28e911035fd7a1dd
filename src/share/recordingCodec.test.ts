import { deflateSync, strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { simTime } from "../sim/time.ts";
import { fromBase64Url, toBase64Url } from "../base/base64Url.ts";
import { nestsDeeper } from "./limits.ts";
import { readFragment, writeFragment } from "./link.ts";
import { decodeRecording, encodeRecording } from "./recordingCodec.ts";
import { secretCount, withoutSecrets } from "./withoutSecrets.ts";

function create(path: string, body: Extract<ClusterCommand, { type: "api" }>["request"]["body"]): ClusterCommand {
  const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
  return { type: "api", request: { id: "c1", verb: "create", path, query: { fieldManager: "x" }, contentType: "", accept: "", userAgent: "page", identity, body } };
}

function recordingOf(...commands: ClusterCommand[]): ClusterRecording {
  return { format: 1, engine: "abc", seed: 7, spec: defaultClusterSpec, journal: commands.map((command, index) => ({ at: simTime(index * 1000), seq: index, command })), checkpoints: [{ at: simTime(5000), digest: "d1" }] };
}

const pack = (json: string) => toBase64Url(deflateSync(strToU8(json)));

describe("a link's payload", () => {
  it("brings back the recording it was made of", () => {
    const recording = recordingOf(create("/api/v1/namespaces/default/pods", { metadata: { name: "weißwurst" } }), { type: "clearFault", id: "k" });
    expect(decodeRecording(encodeRecording(recording))).toEqual({ ok: true, recording });
  });

  it("is the same text for the same recording, whatever the order of keys", () => {
    const one = recordingOf(create("/api/v1/pods", { a: 1, b: 2 }));
    const two = recordingOf(create("/api/v1/pods", { b: 2, a: 1 }));
    expect(encodeRecording(one)).toBe(encodeRecording(two));
  });

  it("keeps whom a request acted for", () => {
    const asked = create("/api/v1/namespaces/default/pods", {});
    if (asked.type !== "api") throw new Error("not a request");
    const recording = recordingOf({ ...asked, request: { ...asked.request, impersonate: { user: "jane", groups: ["dev"], uid: "", extra: { scopes: ["view"] } } } });
    expect(decodeRecording(encodeRecording(recording))).toEqual({ ok: true, recording });
  });

  const whole = encodeRecording(recordingOf({ type: "clearFault", id: "k" }));
  const cases: readonly [string, string, RegExp][] = [
    ["a foreign alphabet", "%%%", /characters/],
    ["nothing", "", /cut off/],
    ["a cut end", whole.slice(0, whole.length - 9), /cut off|damaged|JSON/],
    ["bytes that are no deflate", toBase64Url(Uint8Array.from([255, 255, 255, 255, 1, 2])), /damaged|cut off/],
    ["text that is no JSON", pack("hello"), /not JSON/],
    ["JSON that is no recording", pack('{"format":2}'), /not a recording/],
    ["more than 2 MB", pack(`"${"a".repeat(3_000_000)}"`), /2 MB/],
    ["more than 64 levels", pack("[".repeat(80) + "]".repeat(80)), /64 levels/],
    ["more than 32 KB", "A".repeat(40_000), /32 KB/],
    ["more control planes than are simulated", pack(JSON.stringify({ ...recordingOf(), spec: { ...defaultClusterSpec, controlPlanes: 3 } })), /more than one control plane is not simulated yet/],
    ["a key nobody knows", pack(JSON.stringify({ ...recordingOf(), script: "alert(1)" })), /not a recording/],
    ["a bearer token", pack(JSON.stringify(recordingOf()).replace('"journal":[]', '"journal":[{"at":0,"seq":0,"command":{"type":"api","request":{"id":"c","verb":"get","path":"/","query":{},"contentType":"","accept":"","identity":{"type":"bearer","token":"x"},"body":null}}}]')), /not a recording/],
  ];
  it.each(cases)("refuses %s in words", (_, payload, reason) => {
    const decoded = decodeRecording(payload);
    expect(decoded.ok).toBe(false);
    expect(decoded.ok ? "" : decoded.reason).toMatch(reason);
  });
});

describe("base64url", () => {
  it("goes there and back for every remainder of length", () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256);
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
    }
  });
});

describe("nesting", () => {
  it("counts brackets outside of strings only", () => {
    expect(nestsDeeper('{"a":"[[[[\\"[["}', 1)).toBe(false);
    expect(nestsDeeper("[[[]]]", 2)).toBe(true);
  });
});

describe("secrets", () => {
  const secret = create("/api/v1/namespaces/default/secrets", {
    kind: "Secret",
    metadata: { name: "db", annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hunter2", keep: "this" } },
    data: { password: "aHVudGVyMg==" },
    stringData: { pin: "1234" },
  });
  it("are replaced by placeholders of the same length, wherever they stand", () => {
    const safe = withoutSecrets(recordingOf(secret));
    const text = JSON.stringify(safe);
    expect(text).not.toContain("aHVudGVyMg");
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("1234\"");
    expect(text).toContain('"keep":"this"');
    const command = safe.journal[0]?.command;
    const body = command?.type === "api" ? (command.request.body as { data: { password: string } }) : null;
    expect(body?.data.password).toHaveLength("aHVudGVyMg==".length);
    expect(safe.checkpoints).toEqual([]);
  });
  it("leave a recording without any as it is", () => {
    const plain = recordingOf(create("/api/v1/namespaces/default/configmaps", { data: { a: "b" } }));
    expect(secretCount(plain)).toBe(0);
    expect(withoutSecrets(plain)).toBe(plain);
  });
});

describe("the fragment", () => {
  it("is read back as it was written", () => {
    expect(readFragment(writeFragment("abc", 1500, "traffic"))).toEqual({ type: "recording", payload: "abc", atUs: 1500, lens: "traffic", select: null });
  });
  it("tells a foreign one from none", () => {
    expect(readFragment("")).toEqual({ type: "none" });
    expect(readFragment("#r9=zzz").type).toBe("foreign");
    expect(readFragment("#s=first-light")).toEqual({ type: "scenario", id: "first-light" });
    expect(readFragment("#r1=a&at=-5")).toMatchObject({ atUs: null });
  });
});
