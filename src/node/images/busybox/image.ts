import { oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition } from "../program.ts";
import { amqpPrograms } from "../rabbitmq/amqp.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import type { OwnPrograms } from "./shellProgram.ts";

const passwd = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n";

/** A package manager: nothing is downloaded, and it says so. */
const installs = (name: string) => (args: readonly string[]) => oneShot((ctx) => {
  const packages = args.filter((arg) => !arg.startsWith("-")).slice(1);
  ctx.log(`[orrery] ${name} downloads nothing: commands are here where they are simulated${packages.length === 0 ? "" : ` (asked for: ${packages.join(", ")})`}`, "stderr");
  return 0;
});
const managers: OwnPrograms = { "apt-get": installs("apt-get"), apt: installs("apt"), apk: installs("apk"), ...amqpPrograms };

function shellImage(names: readonly string[], sizeBytes: number, exists: (tag: string) => boolean, command: readonly string[], system: string, own: OwnPrograms = {}): ImageDefinition {
  return { names, tagExists: exists, sizeBytes, entrypoint: [], command, env: usualPath, exposedPorts: [], files: { "/etc/passwd": passwd, "/etc/group": "root:x:0:\n", ...(system === "" ? {} : { "/etc/os-release": `NAME="${system}"\nID=${system.toLowerCase().split(" ")[0] ?? ""}\nPRETTY_NAME="${system}"\n` }) }, program: programsWithShell(own) };
}

const busyboxRule = { names: ["latest", "stable", "musl", "glibc", "uclibc", "stable-musl", "stable-glibc"], minors: { "1": 37 }, flavours: ["musl", "glibc", "uclibc"] };

export const busyboxImage = shellImage(["busybox", "registry.k8s.io/busybox", "k8s.gcr.io/busybox", "gcr.io/google_containers/busybox", "registry.k8s.io/e2e-test-images/busybox"], 2_160_000, (tag) => tagExists(busyboxRule, tag), ["sh"], "");
export const alpineImage = shellImage(["alpine"], 3_640_000, (tag) => tagExists({ names: ["latest", "edge"], minors: { "3": 23 }, flavours: [] }, tag), ["/bin/sh"], "Alpine Linux", managers);
export const debianImage = shellImage(["debian"], 49_300_000, (tag) => tagExists({ names: ["latest", "stable", "bookworm", "bullseye", "trixie", "stable-slim", "bookworm-slim", "bullseye-slim", "trixie-slim", "sid"], minors: { "10": 13, "11": 11, "12": 12, "13": 2 }, flavours: debianFlavours }, tag), ["bash"], "Debian GNU/Linux", managers);
export const ubuntuImage = shellImage(["ubuntu"], 29_700_000, (tag) => /^(latest|rolling|devel|focal|jammy|noble|(1[68]|2[0-6])\.(04|10))$/.test(tag), ["/bin/bash"], "Ubuntu", managers);
export const bashImage = shellImage(["bash"], 6_500_000, (tag) => tagExists({ names: ["latest", "5", "4", "alpine3.22"], minors: { "3": 2, "4": 4, "5": 3 }, flavours: ["alpine"] }, tag), ["bash"], "Alpine Linux");
export const busyboxCurlImage = shellImage(["radial/busyboxplus"], 4_100_000, (tag) => /^(latest|curl|git|base)$/.test(tag), ["sh"], "");
const curlShell = programsWithShell({});
export const curlImage: ImageDefinition = {
  ...shellImage(["curlimages/curl", "appropriate/curl", "quay.io/curl/curl"], 9_600_000, (tag) => /^(latest|[0-9]+\.[0-9]+\.[0-9]+)$/.test(tag), ["curl", "--help"], "Alpine Linux"), entrypoint: ["/entrypoint.sh"],
  program: (line) => (line[0] !== "/entrypoint.sh" ? curlShell(line) : curlShell((line[1] ?? "").startsWith("-") ? ["curl", ...line.slice(1)] : line.slice(1))),
};
export const dnsutilsImage = shellImage(["registry.k8s.io/e2e-test-images/jessie-dnsutils", "registry.k8s.io/e2e-test-images/agnhost-dnsutils", "tutum/dnsutils"], 112_000_000, (tag) => /^(latest|1\.[0-9])$/.test(tag), ["sleep", "infinity"], "Debian GNU/Linux");
