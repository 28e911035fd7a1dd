import type { Json } from "../../base/json.ts";
import { attachedTwice, dataLost, storageOff } from "../../cluster/invariants/dataKept.ts";
import { isA, part, type LiveObjects, type ObservedRevision } from "../../cluster/invariants/define.ts";
import { runsTwice } from "../../cluster/invariants/wholeRun.ts";
import type { ClusterSpec } from "../../cluster/clusterSpec.ts";
import { cloud } from "../../cluster/cloudName.ts";
import type { ObservedUse } from "../../node/runtime/observedUse.ts";
import type { Process, ProcessContext } from "../../sim/process.ts";
import type { GroupDefinition } from "../../sim/processHost.ts";
import type { clusterComposition } from "../clusterComposition.ts";
import type { SeedMonitor } from "./seedPlan.ts";

/** The file that the pods of these runs add lines to, within each volume. */
export const logFile = "log";
const localFolder = "/var/local-path-provisioner/";
const most = 20;

/** Sees each write to a disk of the cloud and to the folders of local volumes (S35), and where which pods run (S22). */
export class VolumeMonitor implements SeedMonitor {
  readonly broken: string[] = [];
  readonly #spec: ClusterSpec;
  /** What each volume was last seen to hold. */
  readonly #logs = new Map<string, string>();
  /** Volumes that are bound, as the API told it until the last look. */
  readonly #bound = new Set<string>();
  /** What is gone since, by its volume. */
  readonly #gone = new Map<string, string>();
  #looks = 0;

  constructor(spec: ClusterSpec) {
    this.#spec = spec;
  }

  watched(composition: typeof clusterComposition): typeof clusterComposition {
    return {
      ...composition,
      build: (spec, seed) => {
        const built = composition.build(spec, seed);
        return { ...built, groups: built.groups.map((group) => this.#seen(group)) };
      },
    };
  }

  take(change: ObservedRevision): void {
    if (!isA(change, "persistentvolumes")) return;
    const { name, deletionTimestamp } = part(change.value, "metadata");
    if (change.type !== "DELETED" && deletionTimestamp === undefined && part(change.value, "status")["phase"] === "Bound") this.#bound.add(String(name));
    else this.#bound.delete(String(name));
  }

  look(_live: LiveObjects, observe: (process: string, question: Json) => Json | null): void {
    // What lies on a volume that nobody is to have any more may go.
    for (const [volume, wrong] of this.#gone) if (this.#bound.has(volume)) this.#tell(wrong);
    this.#gone.clear();
    if (this.#looks++ % 5 !== 0) return;
    const running = new Map<string, string[]>();
    for (const { name } of this.#spec.nodes) {
      const use = observe(`${name}/runtime`, { type: "use" }) as unknown as ObservedUse | null;
      // Pods of Deployments have names of their own; a StatefulSet's name is its identity.
      for (const pod of new Set((use?.containers ?? []).map((each) => `${each.namespace}/${each.pod}`))) running.set(pod, [...(running.get(pod) ?? []), name]);
    }
    for (const wrong of runsTwice(running)) this.#tell(wrong);
  }

  atEnd(live: LiveObjects): readonly string[] {
    return [...storageOff(live), ...(this.#logs.size === 0 ? ["no volume was ever written to: nothing was seen"] : [])];
  }

  #seen(group: GroupDefinition): GroupDefinition {
    return {
      ...group,
      factories: group.factories.map((factory) => ({
        ...factory,
        create: () => {
          const process = factory.create();
          if (process.id === cloud) this.#spy(process, (name, data) => this.#cloudWrote(name, data));
          else if (process.id.endsWith("/runtime")) this.#spy(process, (name, data) => this.#machineWrote(process.id, name, data));
          return process;
        },
      })),
    };
  }

  /** `told` of all that the process writes to its disk. A context is made once for each process. */
  #spy(process: Process, told: (name: string, data: Json) => void): void {
    const handle = process.handle.bind(process);
    const known = new WeakSet<ProcessContext>();
    process.handle = (event, ctx) => {
      if (!known.has(ctx)) {
        known.add(ctx);
        const { write } = ctx.disk;
        ctx.disk.write = (name, data) => {
          told(name, data);
          write(name, data);
        };
      }
      handle(event, ctx);
    };
  }

  #cloudWrote(name: string, data: Json): void {
    if (name === "disks") for (const wrong of attachedTwice(data as never)) this.#tell(wrong);
    if (!name.startsWith("disk/")) return;
    const files = data as Readonly<Record<string, string>> | null;
    this.#wrote(name.slice("disk/".length), `disk ${name.slice("disk/".length)}`, files?.[logFile] ?? null);
  }

  #machineWrote(process: string, name: string, data: Json): void {
    if (name !== "files") return;
    const place = `${process} `;
    const found = new Map<string, string>();
    for (const [path, text] of data as unknown as readonly (readonly [string, string])[]) if (path.startsWith(localFolder) && path.endsWith(`/${logFile}`)) found.set(`${place}${path}`, text);
    for (const key of this.#logs.keys()) if (key.startsWith(place) && !found.has(key)) this.#wrote(volumeIn(key), key, null);
    for (const [key, text] of found) this.#wrote(volumeIn(key), key, text);
  }

  #wrote(volume: string, key: string, text: string | null): void {
    const before = this.#logs.get(key) ?? "";
    if (before === text) return;
    const wrong = dataLost(before, text);
    if (wrong !== null && text === null) this.#gone.set(volume, `S35: ${key}: ${wrong}`);
    else if (wrong !== null) this.#tell(`S35: ${key}: ${wrong}`);
    if (text === null) this.#logs.delete(key);
    else this.#logs.set(key, text);
  }

  #tell(wrong: string): void {
    if (this.broken.length < most && !this.broken.includes(wrong)) this.broken.push(wrong);
  }
}

/** ".../pvc-1234_default_data-store-0/log" -> "pvc-1234" */
function volumeIn(key: string): string {
  return key.slice(key.indexOf(localFolder) + localFolder.length).split("_")[0] ?? "";
}
