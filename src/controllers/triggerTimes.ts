import type { Json } from "../base/json.ts";
import { podCondition } from "../kinds/core/pod/podStatus.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import type { Service } from "../kinds/core/service/types.ts";

// Follows endpointslice/trigger_time_tracker.go.

export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

interface Seen {
  readonly service: string;
  /** Pod -> since when its readiness is what it is. */
  readonly pods: ReadonlyMap<string, string>;
}

/** Knows when that happened which endpoints changed for: they say it, so that one can see how long it took to reach them. */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** The earliest change since the last call for this Service, as RFC 3339; null where nothing changed. */
  next(key: string, service: Service, pods: readonly Pod[]): string | null {
    const before = this.#seen.get(key);
    const created = service.metadata.creationTimestamp;
    const times = new Map<string, string>();
    let earliest: string | null = null;
    for (const pod of pods) {
      const time = podCondition(pod, "Ready")?.lastTransitionTime;
      if (time === undefined) continue;
      times.set(pod.metadata.name, time);
      if (time > (before?.pods.get(pod.metadata.name) ?? "") && (earliest === null || time < earliest)) earliest = time;
    }
    this.#seen.set(key, { service: created, pods: times });
    if (before === undefined) return created;
    return created > before.service && (earliest === null || created < earliest) ? created : earliest;
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }

  clear(): void {
    this.#seen.clear();
  }

  snapshot(): Json {
    return [...this.#seen].map(([key, { service, pods }]) => [key, service, [...pods]]);
  }

  restore(data: Json): void {
    this.#seen.clear();
    for (const [key, service, pods] of data as unknown as readonly (readonly [string, string, readonly (readonly [string, string])[]])[]) this.#seen.set(key, { service, pods: new Map(pods) });
  }
}

/** The annotations with the trigger time set, or without it where nothing triggered; absent where none is left. */
export function withTriggerTime(annotations: Readonly<Record<string, string>> | undefined, time: string | null): { readonly annotations?: Readonly<Record<string, string>> } {
  const { [triggerTimeAnnotation]: _before, ...others } = annotations ?? {};
  const fresh = time === null ? others : { ...others, [triggerTimeAnnotation]: time };
  return Object.keys(fresh).length === 0 ? {} : { annotations: fresh };
}
