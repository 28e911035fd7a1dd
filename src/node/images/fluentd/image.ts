import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { daemon, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program } from "../program.ts";

/** The agent runs and tells which files its configuration names; it ships nothing, as there is no backend to take it. */
function fluentd(): Program {
  return daemon((ctx) => {
    const stamp = `${formatRfc3339(ctx.epochUs + ctx.clock()).slice(0, 19).replace("T", " ")} +0000`;
    const file = ctx.readFile("/etc/fluentd-config/fluentd.conf") ?? ctx.readFile("/fluentd/etc/fluent.conf") ?? ctx.readFile("/etc/fluent/fluent.conf");
    return [
      `${stamp} [info]: parsing config file is succeeded path="/fluentd/etc/fluent.conf"`,
      ...followed(file).map((path) => `${stamp} [info]: #0 following tail of ${path}${ctx.readFile(path) === null ? " (no such file yet)" : ""}`),
      `${stamp} [info]: #0 fluentd worker is now running worker=0`,
      "[orrery] fluentd's outputs are not simulated: records go nowhere",
    ];
  });
}

function followed(config: string | null): readonly string[] {
  return [...(config ?? "").matchAll(/^\s*path\s+(\S+)/gm)].map((match) => match[1] ?? "");
}

function start(_args: readonly string[]): Program {
  return fluentd();
}

function image(names: readonly string[], command: readonly string[], files: Readonly<Record<string, string>> = {}): ImageDefinition {
  return { names, tagExists: () => true, sizeBytes: 140_000_000, entrypoint: [], command, env: usualPath, exposedPorts: [24_224], files, program: programsWithShell({ fluentd: start, "run.sh": start, "entrypoint.sh": start, fluent: start }) };
}

export const fluentdImages: readonly ImageDefinition[] = [
  image(["fluent/fluentd", "fluent/fluentd-kubernetes-daemonset", "quay.io/fluentd_elasticsearch/fluentd"], ["fluentd", "-c", "/fluentd/etc/fluent.conf"]),
  image(["registry.k8s.io/fluentd-gcp", "k8s.gcr.io/fluentd-gcp", "registry.k8s.io/fluentd-elasticsearch"], ["/run.sh"], { "/run.sh": "exec fluentd\n" }),
];

