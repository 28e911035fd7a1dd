import type { ImageDefinition } from "../program.ts";
import { CorednsProgram } from "./program.ts";

export const corednsImage: ImageDefinition = {
  names: ["registry.k8s.io/coredns/coredns", "coredns/coredns"],
  tagExists: (tag) => /^v1\.(8\.[0-7]|9\.[0-4]|10\.[0-1]|11\.[0-4]|12\.[0-4]|13\.[0-2]|14\.[0-1])$/.test(tag),
  sizeBytes: 22_400_000,
  entrypoint: ["/coredns"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [53],
  files: {},
  program: (command) => {
    if (command[0] !== "/coredns" && command[0] !== "coredns") return null;
    const flag = command.indexOf("-conf");
    return new CorednsProgram(flag >= 0 ? (command[flag + 1] ?? "Corefile") : "Corefile");
  },
};
