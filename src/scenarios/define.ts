import { parse } from "yaml";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../cluster/commands.ts";

/** A cluster to begin with, the files in the editor, and what is set going. `scenario.yaml` with its manifests beside it. */
export interface Scenario {
  readonly format: 1;
  readonly id: string;
  readonly title: string;
  readonly cluster: Partial<ClusterSpec>;
  /** Names under manifests/, in the order of the editor's tabs. */
  readonly files: readonly string[];
  /** Commands of the first moment. */
  readonly start: readonly ClusterCommand[];
  /** Traffic that waits at the door and is let in when the first endpoint is ready to answer. */
  readonly door: readonly Extract<ClusterCommand, { type: "setTraffic" }>[];
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly texts: Readonly<Record<string, string>>;
}

/** Reads a scenario's own file; it is part of the build, so a wrong one is a programming error. */
export function loadScenario(yaml: string, texts: Readonly<Record<string, string>>): LoadedScenario {
  const raw = parse(yaml) as Partial<Scenario>;
  if (raw.format !== 1 || raw.id === undefined || raw.title === undefined || raw.files === undefined) throw new Error("a scenario needs format: 1, id, title and files");
  for (const file of raw.files) if (texts[file] === undefined) throw new Error(`scenario ${raw.id}: manifests/${file} is not there`);
  return { scenario: { format: 1, id: raw.id, title: raw.title, files: raw.files, cluster: raw.cluster ?? {}, start: raw.start ?? [], door: raw.door ?? [] }, texts };
}
