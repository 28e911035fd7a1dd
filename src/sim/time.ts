declare const simTimeBrand: unique symbol;
/** Whole virtual microseconds since the cluster's epoch. */
export type SimTime = number & { readonly [simTimeBrand]: true };
/** Whole virtual microseconds. */
export type DurationUs = number;

export const microsecond = 1;
export const millisecond = 1_000;
export const second = 1_000_000;
export const minute = 60 * second;
export const hour = 60 * minute;

export function simTime(us: number): SimTime {
  return us as SimTime;
}

export function addTime(at: SimTime, delayUs: DurationUs): SimTime {
  return (at + delayUs) as SimTime;
}
