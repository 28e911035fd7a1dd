// Follows pkg/controller/podautoscaler/horizontal.go (normalizeDesiredReplicas, normalizeDesiredReplicasWithBehaviors).
import type { HpaBehavior, ScalingRules } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import { minute, second } from "../../sim/time.ts";

/** What was recommended, or by how much was scaled, and when. */
export interface Sample {
  readonly count: number;
  readonly at: number;
}

/** What is remembered of one autoscaler. */
export interface Memory {
  /** Before limits and windows. */
  readonly recommendations: readonly Sample[];
  readonly ups: readonly Sample[];
  readonly downs: readonly Sample[];
  /** Of the pods of its target; "" while it is not known. */
  readonly selector: string;
}

export const nothingYet: Memory = { recommendations: [], ups: [], downs: [], selector: "" };

export interface Limits {
  readonly current: number;
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: HpaBehavior | undefined;
}

export interface Reason {
  readonly reason: string;
  readonly message: string;
}

export interface Normalized {
  readonly replicas: number;
  readonly recommendations: readonly Sample[];
  readonly able: Reason;
  readonly limited: Reason & { readonly isLimited: boolean };
}

const downscaleWindowSeconds = 300;
const downscaleWindowUs = 5 * minute;
const ready: Reason = { reason: "ReadyForNewScale", message: "recommended size matches current size" };
const stabilizedDown: Reason = { reason: "ScaleDownStabilized", message: "recent recommendations were higher than current one, applying the highest recent recommendation" };
const stabilizedUp: Reason = { reason: "ScaleUpStabilized", message: "recent recommendations were lower than current one, applying the lowest recent recommendation" };
const withinRange: Reason = { reason: "DesiredWithinRange", message: "the desired count is within the acceptable range" };
const tooMany: Reason = { reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count" };
const tooFew: Reason = { reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count" };
const upLimit: Reason = { reason: "ScaleUpLimit", message: "the desired replica count is increasing faster than the maximum scale rate" };
const downLimit: Reason = { reason: "ScaleDownLimit", message: "the desired replica count is decreasing faster than the maximum scale rate" };

/** The number of replicas that windows, policies and limits let through, and what conditions say of it. */
export function normalize(limits: Limits, memory: Memory, now: number): Normalized {
  const { desired, behavior } = limits;
  const stable = behavior === undefined ? steadied(desired, memory, now) : steadiedBy(behavior, limits, memory, now);
  const [replicas, why] = behavior === undefined ? withinLimits(limits, stable.count) : withinPolicies(behavior, { ...limits, desired: stable.count }, memory, now);
  const able = stable.count === desired ? ready : behavior === undefined || desired < limits.current ? stabilizedDown : stabilizedUp;
  return { replicas, recommendations: stable.recommendations, able, limited: { ...why, isLimited: replicas !== stable.count } };
}

/** The newest takes the place of the last one that is too old, so that the list stays as long as the window. */
function remembered(samples: readonly Sample[], isOld: (sample: Sample) => boolean, fresh: Sample): readonly Sample[] {
  const at = samples.findLastIndex(isOld);
  return at < 0 ? [...samples, fresh] : samples.with(at, fresh);
}

function steadied(desired: number, { recommendations }: Memory, now: number): { readonly count: number; readonly recommendations: readonly Sample[] } {
  const isOld = ({ at }: Sample): boolean => at < now - downscaleWindowUs;
  const count = recommendations.reduce((most, sample) => (isOld(sample) ? most : Math.max(most, sample.count)), desired);
  return { count, recommendations: remembered(recommendations, isOld, { count: desired, at: now }) };
}

function steadiedBy(behavior: HpaBehavior, { desired, current }: Limits, { recommendations }: Memory, now: number): { readonly count: number; readonly recommendations: readonly Sample[] } {
  const upCutoff = now - (behavior.scaleUp?.stabilizationWindowSeconds ?? 0) * second;
  const downCutoff = now - (behavior.scaleDown?.stabilizationWindowSeconds ?? downscaleWindowSeconds) * second;
  let [least, most] = [desired, desired];
  for (const { count, at } of recommendations) {
    if (at > upCutoff) least = Math.min(count, least);
    if (at > downCutoff) most = Math.max(count, most);
  }
  const isOld = ({ at }: Sample): boolean => at < upCutoff && at < downCutoff;
  return { count: Math.min(Math.max(current, least), most), recommendations: remembered(recommendations, isOld, { count: desired, at: now }) };
}

/** Without policies: at most doubled, four at least. */
function withinLimits({ current, min, max }: Limits, desired: number): readonly [number, Reason] {
  const limit = Math.max(2 * current, 4);
  const [most, why] = max > limit ? [limit, upLimit] : [max, tooMany];
  if (desired < min) return [min, tooFew];
  return desired > most ? [most, why] : [desired, withinRange];
}

function withinPolicies(behavior: HpaBehavior, { current, desired, min, max }: Limits, memory: Memory, now: number): readonly [number, Reason] {
  if (desired > current) {
    const limit = Math.max(current, rateLimit(behavior.scaleUp ?? {}, current, memory, now, 1));
    const [most, why] = max > limit ? [limit, upLimit] : [max, tooMany];
    if (desired > most) return [most, why];
  } else if (desired < current) {
    const limit = Math.min(current, rateLimit(behavior.scaleDown ?? {}, current, memory, now, -1));
    const [least, why] = min < limit ? [limit, downLimit] : [min, tooFew];
    if (desired < least) return [least, why];
  }
  return [desired, withinRange];
}

/** How far the policies let it go in one direction. */
function rateLimit({ policies = [], selectPolicy }: ScalingRules, current: number, { ups, downs }: Memory, now: number, sign: 1 | -1): number {
  if (selectPolicy === "Disabled") return current;
  const proposals = policies.map(({ type, value = 0, periodSeconds = 0 }) => {
    const cutoff = now - periodSeconds * second;
    const before = current - changed(ups, cutoff) + changed(downs, cutoff);
    if (type === "Pods") return before + sign * value;
    return sign > 0 ? Math.ceil(before * (1 + value / 100)) : Math.trunc(before * (1 - value / 100));
  });
  const largest = (selectPolicy === "Min") !== sign > 0;
  return largest ? Math.max(...proposals) : Math.min(...proposals);
}

const changed = (samples: readonly Sample[], cutoff: number): number => samples.reduce((sum, { count, at }) => (at > cutoff ? sum + count : sum), 0);

/** Remembers that it scaled, where policies will ask for it. */
export function withScaling(memory: Memory, behavior: HpaBehavior | undefined, from: number, to: number, now: number): Memory {
  if (behavior === undefined) return memory;
  const key = to > from ? "ups" : "downs";
  const { policies = [] } = (to > from ? behavior.scaleUp : behavior.scaleDown) ?? {};
  const longest = policies.reduce((most, { periodSeconds = 0 }) => Math.max(most, periodSeconds), 0);
  return { ...memory, [key]: remembered(memory[key], ({ at }) => at < now - longest * second, { count: Math.abs(to - from), at: now }) };
}
