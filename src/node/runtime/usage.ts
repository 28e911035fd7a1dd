import { parseQuantity, quantityBytes } from "../../apimachinery/quantity.ts";
import type { ContainerSpec } from "./criMessages.ts";
import { footprintOf } from "./footprints.ts";

/**
 * What one run of a container uses: plain data, brought up to date when something changes or somebody asks, never by ticking.
 * Times are of the simulation, CPU is in microseconds of one core.
 */
export interface RunUsage {
  readonly startUs: number;
  /** What the program holds from its start, and what the behaviour "memory-growth" adds a second. */
  readonly baseBytes: number;
  readonly growthPerSecond: number;
  /** What it has taken on top (ProgramContext.hold). */
  heldBytes: number;
  memoryLimitBytes: number | null;
  /** Thousandths of a core that it may take: its limit, or all of the machine. */
  quotaMilli: number;
  /** What each request costs by the behaviour "cpu-per-request". */
  readonly perRequestUs: number;
  /** CPU that events have asked for so far. */
  askedUs: number;
  /** What is left of the quota's present period, as of `tokensAtUs`; negative: work that waits for its turn. */
  tokensUs: number;
  tokensAtUs: number;
  /** Thousandths of a core that it wants all the time, since when, and what that came to before. */
  burnMilli: number;
  burnSinceUs: number;
  burnedUs: number;
  /** How long it had to wait for its quota, all in all. */
  throttledUs: number;
  /** Of the event in hand. */
  eventUs: number;
  /** The meter's count when something of this last changed. */
  changed: number;
}

/** The kernel hands a quota out in periods of this length: so much may be used at once. */
const periodUs = 100_000;
/** Whatever is asked of a program costs it this much. */
const eventUs = 20;
/** A shorter piece of work keeps no answer waiting. */
const leastWaitUs = 1000;
/** Memory comes in pages. */
const pageBytes = 4096;

export function quantityUs(text: string | undefined): number {
  const quantity = text === undefined ? null : parseQuantity(text);
  return quantity === null || quantity.nano <= 0n ? 0 : Number(quantity.nano / 1000n);
}

/** Of a run that begins now. `instant`: containers that stand for nothing use nothing. */
export function usageOf(spec: ContainerSpec, nowUs: number, machineMilli: number, instant: boolean): RunUsage {
  const footprint = instant ? { memoryBytes: 0, startUs: 0, idleMilli: 0 } : footprintOf(spec.image);
  const growth = spec.behaviour["memory-growth"];
  const quotaMilli = Math.min(machineMilli, spec.limits?.cpuMilli ?? machineMilli);
  return {
    startUs: nowUs, baseBytes: footprint.memoryBytes, growthPerSecond: growth === undefined || parseQuantity(growth) === null ? 0 : quantityBytes(growth) / 60, heldBytes: 0,
    memoryLimitBytes: spec.limits?.memoryBytes ?? null, quotaMilli, perRequestUs: quantityUs(spec.behaviour["cpu-per-request"]),
    askedUs: footprint.startUs, tokensUs: quotaMilli * (periodUs / 1000) - footprint.startUs, tokensAtUs: nowUs, burnMilli: footprint.idleMilli, burnSinceUs: nowUs, burnedUs: 0, throttledUs: 0, eventUs: 0, changed: 0,
  };
}

/** Before a program is told of an event. */
export function beginEvent(usage: RunUsage, nowUs: number, isRequest: boolean): void {
  usage.eventUs = 0;
  spend(usage, nowUs, eventUs + (isRequest ? usage.perRequestUs : 0));
}

export function spend(usage: RunUsage, nowUs: number, cpuUs: number): void {
  refill(usage, nowUs);
  usage.tokensUs -= cpuUs;
  usage.eventUs += cpuUs;
  // Whoever takes all of its quota anyway takes no more of it by this.
  if (!burnsAll(usage)) usage.askedUs += cpuUs;
}

/** What the program wants of the machine all the time from now on. */
export function burn(usage: RunUsage, nowUs: number, milli: number): void {
  changeRates(usage, nowUs, { burnMilli: Math.max(0, milli) });
}

/** Another quota. */
export function setQuota(usage: RunUsage, nowUs: number, quotaMilli: number): void {
  changeRates(usage, nowUs, { quotaMilli });
  usage.tokensUs = Math.min(usage.tokensUs, quotaMilli * (periodUs / 1000));
}

/** How long the answer of the event in hand has to wait: for the work itself, and for a quota that is used up. */
export function answerDelayUs(usage: RunUsage, nowUs: number): number {
  refill(usage, nowUs);
  const waitsUs = usage.tokensUs < 0 ? -usage.tokensUs / ratePerUs(usage) : 0;
  if (waitsUs > 0) usage.throttledUs += Math.round(waitsUs);
  const worksUs = usage.eventUs >= leastWaitUs ? usage.eventUs : 0;
  return Math.ceil(worksUs + waitsUs);
}

/** All CPU that was used so far. */
export function cpuUsedUs(usage: RunUsage, nowUs: number): number {
  const tokens = Math.min(usage.quotaMilli * (periodUs / 1000), usage.tokensUs + (nowUs - usage.tokensAtUs) * ratePerUs(usage));
  return Math.floor(usage.askedUs - (burnsAll(usage) ? 0 : Math.max(0, -tokens)) + burnedUs(usage, nowUs));
}

/** Whether it takes all of its quota anyway: what events ask for is then within what it burns. */
function burnsAll({ burnMilli, quotaMilli }: RunUsage): boolean {
  return burnMilli >= quotaMilli;
}

/** What was used so far stays as it is: work that still waits goes over to what it burns, and comes back from there. */
function changeRates(usage: RunUsage, nowUs: number, rates: Partial<Pick<RunUsage, "burnMilli" | "quotaMilli">>): void {
  refill(usage, nowUs);
  usage.burnedUs = burnedUs(usage, nowUs);
  usage.burnSinceUs = nowUs;
  const waitingUs = Math.max(0, -usage.tokensUs);
  if (!burnsAll(usage)) usage.askedUs -= waitingUs;
  Object.assign(usage, rates);
  if (!burnsAll(usage)) usage.askedUs += waitingUs;
}

export function memoryBytes(usage: RunUsage, nowUs: number): number {
  const grown = usage.growthPerSecond === 0 ? 0 : Math.floor((usage.growthPerSecond * (nowUs - usage.startUs)) / 1_000_000 / pageBytes) * pageBytes;
  return usage.baseBytes + usage.heldBytes + grown;
}

/** When, from now, its memory will be more than so much; null: never, as things are. */
export function reachesUs(usage: RunUsage, bytes: number, nowUs: number): number | null {
  const missing = bytes - memoryBytes(usage, nowUs);
  if (missing < 0) return 0;
  return usage.growthPerSecond === 0 ? null : Math.ceil(((missing + pageBytes) / usage.growthPerSecond) * 1_000_000);
}

/** Whether what it uses changes by itself. */
export function isBusy(usage: RunUsage): boolean {
  return usage.burnMilli > 0 || usage.growthPerSecond > 0 || usage.tokensUs < 0;
}

function burnedUs(usage: RunUsage, nowUs: number): number {
  return usage.burnedUs + ((nowUs - usage.burnSinceUs) * Math.min(usage.burnMilli, usage.quotaMilli)) / 1000;
}

/** What of the quota comes back for events: all that nobody burns, and half of it at least of those that burn. */
function ratePerUs(usage: RunUsage): number {
  return Math.max(usage.quotaMilli - usage.burnMilli, usage.quotaMilli / 2) / 1000;
}

function refill(usage: RunUsage, nowUs: number): void {
  if (nowUs > usage.tokensAtUs) {
    usage.tokensUs = Math.min(usage.quotaMilli * (periodUs / 1000), usage.tokensUs + (nowUs - usage.tokensAtUs) * ratePerUs(usage));
    usage.tokensAtUs = nowUs;
  }
}
