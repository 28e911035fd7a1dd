import { isJsonObject } from "../../base/json.ts";
import type { CloudDisk } from "../../kinds/volumes/diskDriver.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { Outside } from "../registration.ts";

export type DiskOperation = "create" | "delete" | "attach" | "detach" | "resize";

/** The provider's disks as the driver's controllers know them: asked by message, answered later, so that they ask and look again. */
export interface CloudDisks {
  readonly outside: Outside;
  ask(op: DiskOperation, id: string, details: { readonly zone?: string; readonly bytes?: number; readonly node?: string }): void;
  /** The provider has said that there is no such disk. */
  isGone(id: string): boolean;
}

export function cloudDisksOf(outside: Outside, cloud: ProcessId): CloudDisks {
  return {
    outside,
    ask(op, id, details) {
      outside.forget(`fault ${op} ${id} ${details.node ?? ""}`);
      outside.send(cloud, { type: `disk/${op}`, disk: id, ...details });
    },
    isGone: (id) => outside.heard(`disk ${id}`) === null,
  };
}

/** As the provider told of it last; null where it did not, or said that there is none. */
export function diskHeard(cloud: CloudDisks, id: string): CloudDisk | null {
  const heard = cloud.outside.heard(`disk ${id}`);
  return heard !== undefined && isJsonObject(heard) ? (heard as unknown as CloudDisk) : null;
}

/** Why the provider refused the operation when it was last asked; null where it did not. */
export function faultHeard(cloud: CloudDisks, op: DiskOperation, id: string, node = ""): string | null {
  const heard = cloud.outside.heard(`fault ${op} ${id} ${node}`);
  return typeof heard === "string" ? heard : null;
}
