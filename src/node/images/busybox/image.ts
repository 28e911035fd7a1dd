import type { ImageDefinition } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import { shellProgram } from "./shellProgram.ts";

const path = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

function shellImage(names: readonly string[], sizeBytes: number, exists: (tag: string) => boolean, command: readonly string[], entrypoint: readonly string[] = []): ImageDefinition {
  return { names, tagExists: exists, sizeBytes, entrypoint, command, env: path, exposedPorts: [], files: {}, program: (line) => shellProgram(line) };
}

const busyboxRule = { names: ["latest", "stable", "musl", "glibc", "uclibc", "stable-musl", "stable-glibc"], minors: { "1": 37 }, flavours: ["musl", "glibc", "uclibc"] };

export const busyboxImage = shellImage(["busybox", "registry.k8s.io/busybox", "k8s.gcr.io/busybox", "gcr.io/google_containers/busybox", "registry.k8s.io/e2e-test-images/busybox"], 2_160_000, (tag) => tagExists(busyboxRule, tag), ["sh"]);
export const alpineImage = shellImage(["alpine"], 3_640_000, (tag) => tagExists({ names: ["latest", "edge"], minors: { "3": 23 }, flavours: [] }, tag), ["/bin/sh"]);
export const debianImage = shellImage(["debian"], 49_300_000, (tag) => tagExists({ names: ["latest", "stable", "bookworm", "bullseye", "trixie", "stable-slim", "bookworm-slim", "bullseye-slim", "trixie-slim", "sid"], minors: { "10": 13, "11": 11, "12": 12, "13": 2 }, flavours: debianFlavours }, tag), ["bash"]);
export const ubuntuImage = shellImage(["ubuntu"], 29_700_000, (tag) => /^(latest|rolling|devel|focal|jammy|noble|(1[68]|2[0-6])\.(04|10))$/.test(tag), ["/bin/bash"]);
export const bashImage = shellImage(["bash"], 6_500_000, (tag) => tagExists({ names: ["latest", "5", "4", "alpine3.22"], minors: { "3": 2, "4": 4, "5": 3 }, flavours: ["alpine"] }, tag), ["bash"]);
export const busyboxCurlImage = shellImage(["radial/busyboxplus", "curlimages/curl", "appropriate/curl"], 4_100_000, (tag) => /^(latest|curl|git|base|[0-9]+\.[0-9]+\.[0-9]+)$/.test(tag), ["sh"]);
export const dnsutilsImage = shellImage(["registry.k8s.io/e2e-test-images/jessie-dnsutils", "registry.k8s.io/e2e-test-images/agnhost-dnsutils", "tutum/dnsutils"], 112_000_000, (tag) => /^(latest|1\.[0-9])$/.test(tag), ["sleep", "infinity"]);
