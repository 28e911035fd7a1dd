import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validatePodSpec } from "../../podtemplate/validatePodSpec.ts";
import { isLikeSoundSpec, keepSoundSpec } from "./soundSpecs.ts";
import type { Container, PodSpec, Volume } from "./types.ts";

interface Parts {
  readonly volume?: string;
  readonly mount?: string;
  readonly second?: Volume;
  readonly path?: string;
  readonly image?: string;
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
}

function specOf({ volume = "token-aaaaa", mount = volume, second, path = "/var/run", image = "nginx", container = {}, spec = {} }: Parts): PodSpec {
  return {
    terminationGracePeriodSeconds: 30, restartPolicy: "Always", dnsPolicy: "ClusterFirst", securityContext: {},
    volumes: [{ name: volume, projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }] } }, ...(second === undefined ? [] : [second])],
    containers: [{ name: "c", image, imagePullPolicy: "Always", terminationMessagePolicy: "File", terminationMessagePath: "/dev/termination-log", volumeMounts: [{ name: mount, mountPath: path, readOnly: true }], ...container }],
    ...spec,
  } as unknown as PodSpec;
}

describe("a spec like a sound one", () => {
  const sound = specOf({});
  it("is one with other names of volumes, mounted alike", () => {
    expect(validatePodSpec(sound, "p", "spec")).toEqual([]);
    expect(isLikeSoundSpec(specOf({ volume: "token-zzzzz" }))).toBe(false);
    keepSoundSpec(sound);
    expect(isLikeSoundSpec(specOf({ volume: "token-zzzzz" }))).toBe(true);
  });
  it.each<[string, Parts]>([
    ["a bad name", { volume: "Token_x" }],
    ["a mount of another name", { volume: "token-b", mount: "token-aaaaa" }],
    ["another path", { volume: "token-b", path: "" }],
    ["another image", { volume: "token-b", image: "" }],
    ["a volume more", { volume: "token-b", second: { name: "token-b", emptyDir: {} } }],
    ["a member more", { volume: "token-b", spec: { nodeName: "No!" } }],
    ["a member less", { volume: "token-b", spec: { dnsPolicy: undefined as never } }],
    ["devices", { volume: "token-b", container: { volumeDevices: [] } }],
  ])("is none with %s", (_, parts) => {
    keepSoundSpec(sound);
    expect(isLikeSoundSpec(specOf(parts))).toBe(false);
  });
  it("is none with two volumes of one name", () => {
    keepSoundSpec(specOf({ second: { name: "data", emptyDir: {} }, mount: "data" }));
    expect(isLikeSoundSpec(specOf({ volume: "token-b", second: { name: "more", emptyDir: {} }, mount: "more" }))).toBe(true);
    expect(isLikeSoundSpec(specOf({ volume: "more", second: { name: "more", emptyDir: {} }, mount: "more" }))).toBe(false);
  });
  it("is none where a name becomes part of a claim's, or names a device", () => {
    const claims = specOf({ second: { name: "data", ephemeral: {} } as Volume });
    keepSoundSpec(claims);
    expect(isLikeSoundSpec(claims)).toBe(false);
    const devices = specOf({ container: { volumeDevices: [{ name: "data", devicePath: "/dev/x" }] } });
    keepSoundSpec(devices);
    expect(isLikeSoundSpec(devices)).toBe(false);
  });
  it("is never one that breaks a rule", () => {
    const mostly = <T>(value: T, ...others: readonly T[]): fc.Arbitrary<T> => fc.oneof({ weight: 8, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
    const parts = fc
      .record({
        volume: fc.constantFrom("token-b", "token-c", "a.b", "data"), otherMount: mostly<string | null>(null, "token-b", ""), path: mostly("/a", ""), image: mostly("nginx", ""),
        second: mostly<Volume | undefined>(undefined, { name: "data", emptyDir: {} }, { name: "token-b", emptyDir: {} }, { name: "data" }),
        container: mostly<Partial<Container>>({}, { ports: [{ containerPort: 80, protocol: "TCP" }] }, { ports: [{ containerPort: 0, protocol: "TCP" }] }),
        spec: mostly<Partial<PodSpec>>({}, { hostNetwork: true }, { restartPolicy: "Never" }, { restartPolicy: "x" as never }),
      })
      .map(({ otherMount, ...each }) => ({ ...each, mount: otherMount ?? each.volume }));
    let likened = 0;
    fc.assert(fc.property(fc.array(parts, { minLength: 2, maxLength: 12 }), (all) => {
      for (const each of all) {
        const spec = specOf(each as Parts);
        const faults = validatePodSpec(spec, "p", "spec");
        if (isLikeSoundSpec(spec)) {
          likened++;
          expect(faults).toEqual([]);
        } else if (faults.length === 0) keepSoundSpec(spec);
      }
    }), { seed: 8, numRuns: 200 });
    expect(likened).toBeGreaterThan(50);
  });
});
