import type { Json } from "../../base/json.ts";
import type { Payload } from "../../network/packet.ts";
import { corednsImage } from "../images/coredns/image.ts";
import { definitionFor } from "../images/resolveImage.ts";
import type { ContainerRun } from "./container.ts";
import { isTarget } from "./containerNames.ts";

interface Standing {
  readonly id: string;
  readonly fault: string;
  readonly target: string;
}

/** Faults of containers that last: which hang, and whether those that are the cluster's DNS leave questions without an answer. */
export class ContainerFaults {
  #standing: readonly Standing[] = [];

  begin(fault: Standing): void {
    this.end(fault.id);
    this.#standing = [...this.#standing, fault];
  }

  end(id: string): void {
    this.#standing = this.#standing.filter((fault) => fault.id !== id);
  }

  isHung(run: ContainerRun): boolean {
    return this.#standing.length > 0 && this.#standing.some(({ fault, target }) => fault === "container-hang" && isTarget(run, target));
  }

  /** A question of DNS that is not answered. The program's other ports go on, so its probes pass and nobody restarts it. */
  isSilent(run: ContainerRun, payload: Payload): boolean {
    if (this.#standing.length === 0 || payload.type !== "dns" || run.spec.namespace !== "kube-system") return false;
    return definitionFor(run.spec.image) === corednsImage && this.#standing.some(({ fault }) => fault === "dns-down");
  }

  snapshot(): Json {
    return [...this.#standing] as unknown as Json;
  }

  restore(data: Json): void {
    this.#standing = data as unknown as readonly Standing[];
  }
}
