import type { JsonObject } from "../../base/json.ts";
import type { Flags } from "../flags.ts";
import { KubectlError, type KubectlHost } from "../host.ts";

// Parts that commands make objects of.

/** A container's name from its image: "docker.io/library/nginx:1.27" is "nginx". */
export function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  const bare = last.split(/[:@]/)[0] ?? last;
  return bare.replace(/[^a-zA-Z0-9-]/g, "-").toLowerCase();
}

/** "80" as a number, "http" as it is. */
export function intOrText(value: string): number | string {
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

/** "a=1", "b=2" as a map. */
export function keyValues(pairs: readonly string[]): JsonObject {
  return Object.fromEntries(
    pairs.filter((pair) => pair !== "").map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new KubectlError(`error: unexpected label spec: ${pair}`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** "cpu=1", "pods=2" as quantities by name. */
export function requirementsOf(pairs: readonly string[]): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", amount] = pair.split("=");
      if (amount === undefined) throw new KubectlError(`error: Invalid argument syntax ${pair}, expected <resource>=<quantity>`);
      return [name, amount];
    }),
  );
}

/** The data of --from-literal, --from-file and --from-env-file. */
export function literalData(host: KubectlHost, flags: Flags): Record<string, string> {
  const data = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (data.has(key)) throw new KubectlError(`error: cannot add key "${key}", another key by that name already exists in Data for ConfigMap`);
    data.set(key, value);
  };
  const read = (path: string): string => {
    const text = host.readFile(path);
    if (text === null) throw new KubectlError(`error: error reading ${path}: no such file or directory`);
    return text;
  };
  for (const file of flags.all("from-file")) {
    const equals = file.indexOf("=");
    const path = equals < 0 ? file : file.slice(equals + 1);
    const folder = host.readFile(path) === null ? host.listFolder(path) : null;
    if (folder !== null && equals < 0) for (const one of folder) add(one.slice(one.lastIndexOf("/") + 1), read(one));
    else add(equals < 0 ? path.slice(path.lastIndexOf("/") + 1) : file.slice(0, equals), read(path));
  }
  for (const literal of flags.all("from-literal")) {
    const equals = literal.indexOf("=");
    if (equals < 1) throw new KubectlError(`error: invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), literal.slice(equals + 1).replace(/^(['"])(.*)\1$/, "$2"));
  }
  for (const file of flags.all("from-env-file")) {
    for (const line of read(file).split("\n")) {
      const trimmed = line.trimStart();
      if (trimmed === "" || trimmed.startsWith("#")) continue;
      const equals = trimmed.indexOf("=");
      if (equals > 0) add(trimmed.slice(0, equals), trimmed.slice(equals + 1));
    }
  }
  return Object.fromEntries([...data].sort(([a], [b]) => (a < b ? -1 : 1)));
}
