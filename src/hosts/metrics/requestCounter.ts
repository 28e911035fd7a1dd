import type { FlowRecord } from "../../network/packet.ts";
import { labelsOf, type Distribution, type Family, type Labels, type Sample } from "../../apimachinery/exposition.ts";

/** Upper bounds in seconds: close together where requests within a cluster are. */
const boundsSeconds: readonly number[] = [0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
const mostKeys = 2000;

interface Counted {
  readonly pod: string;
  readonly code: string;
  readonly buckets: number[];
  sumSeconds: number;
}

/**
 * The simulated requests whose end was seen, by who answered. No component of a real cluster tells of all of them, so their
 * metrics have a name of our own; `code` is "none" where nobody answered.
 */
export class RequestCounter {
  readonly #counted = new Map<string, Counted>();
  /** The Service that a pod was last seen behind. */
  readonly #services = new Map<string, string>();

  note({ pod, status, startedAtUs, endedAtUs }: FlowRecord): void {
    const code = status === 0 ? "none" : String(status);
    const key = `${pod}|${code}`;
    let counted = this.#counted.get(key);
    if (counted === undefined) {
      if (this.#counted.size >= mostKeys) return;
      counted = { pod, code, buckets: boundsSeconds.map(() => 0).concat(0), sumSeconds: 0 };
      this.#counted.set(key, counted);
    }
    const seconds = (endedAtUs - startedAtUs) / 1e6;
    const at = boundsSeconds.findIndex((bound) => seconds <= bound);
    const index = at < 0 ? boundsSeconds.length : at;
    counted.buckets[index] = (counted.buckets[index] ?? 0) + 1;
    counted.sumSeconds += seconds;
  }

  /** `serviceOf`: the Service in whose EndpointSlices a pod is now; one that left them keeps its last. */
  families(serviceOf: (pod: string) => string | undefined): readonly Family[] {
    const totals: Sample[] = [];
    const durations: Distribution[] = [];
    for (const { pod, code, buckets, sumSeconds } of this.#counted.values()) {
      const labels = this.#labels(pod, code, serviceOf);
      let count = 0;
      const counts = buckets.map((inside) => (count += inside));
      durations.push({ labels, counts, sum: sumSeconds });
      totals.push({ labels, value: count });
    }
    return [
      { name: "orrery_requests_total", type: "counter", help: "Simulated requests that ended, by who answered.", samples: totals },
      { name: "orrery_request_duration_seconds", type: "histogram", help: "From a request's first packet to its answer, or to the end of its client's patience.", bounds: boundsSeconds, samples: durations },
    ];
  }

  #labels(pod: string, code: string, serviceOf: (pod: string) => string | undefined): Labels {
    const service = serviceOf(pod);
    if (service !== undefined && (this.#services.size < mostKeys || this.#services.has(pod))) this.#services.set(pod, service);
    const [namespace = "", name = ""] = pod.split("/");
    return labelsOf({ code, namespace, pod: name, service: service ?? this.#services.get(pod) ?? "" });
  }
}
