import { compareText } from "../base/compareText.ts";
import type { ProcessId } from "./process.ts";
import type { Random } from "./random.ts";
import { millisecond, type DurationUs } from "./time.ts";
import type { SimControl } from "./window.ts";

/** Delay of a message between two processes of one group: long enough that slow motion shows every step. */
export const insideDelayUs: DurationUs = 200;
/** Least delay of a message between groups; windows are this long, because nothing sent in one can arrive in it. */
export const lookaheadUs: DurationUs = millisecond;

type LinkControl = Extract<SimControl, { readonly type: "link" }>;
export interface LinkState {
  readonly a: string;
  readonly b: string;
  readonly extraDelayUs: DurationUs;
  readonly jitterUs: DurationUs;
  readonly lossPerMille: number;
  readonly cut: boolean;
}

const groups = new Map<ProcessId, string>();

/** "node-1" of "node-1/kubelet". */
export function groupOf(process: ProcessId): string {
  let group = groups.get(process);
  if (group === undefined) {
    const slash = process.indexOf("/");
    group = slash < 0 ? process : process.slice(0, slash);
    groups.set(process, group);
  }
  return group;
}

/** What is wrong with which link. Every host holds the same table: controls reach all of them at one virtual time. */
export class LinkTable {
  private states = new Map<string, LinkState>();

  set(control: LinkControl): void {
    const key = linkKey(control.a, control.b);
    const { a, b, extraDelayUs, jitterUs = 0, lossPerMille, cut } = control;
    if (extraDelayUs === 0 && jitterUs === 0 && lossPerMille === 0 && !cut) this.states.delete(key);
    else this.states.set(key, { a, b, extraDelayUs, jitterUs, lossPerMille, cut });
  }

  /** All faults on the way between two groups taken together; null for a healthy link. */
  between(a: string, b: string): LinkState | null {
    if (this.states.size === 0) return null;
    let found: LinkState | null = null;
    const keys = a === b ? [linkKey(a, b)] : [linkKey(a, b), linkKey(a, "*"), linkKey("*", b)];
    for (const key of keys) {
      const state = this.states.get(key);
      if (state === undefined) continue;
      found = found === null ? state : together(found, state);
    }
    return found;
  }

  isCut(a: string, b: string): boolean {
    return this.between(a, b)?.cut === true;
  }

  snapshot(): readonly LinkState[] {
    return [...this.states.values()].sort((x, y) => compareText(linkKey(x.a, x.b), linkKey(y.a, y.b)));
  }

  restore(states: readonly LinkState[]): void {
    this.states = new Map(states.map((state) => [linkKey(state.a, state.b), state]));
  }
}

export function healthyDelayUs(fromGroup: string, toGroup: string): DurationUs {
  return fromGroup === toGroup ? insideDelayUs : lookaheadUs;
}

/** TCP's first and longest retransmission time-outs (RFC 6298 and Linux). */
const firstRetransmissionUs = 200 * millisecond;
const longestRetransmissionUs = 120_000 * millisecond;

/** On a connection loss is delay: each lost segment waits for a retransmission that doubles. */
export function retransmissionDelayUs(lossPerMille: number, random: Random): DurationUs {
  let delayUs = 0;
  let waitUs = firstRetransmissionUs;
  while (delayUs < longestRetransmissionUs && random.chance({ num: lossPerMille, den: 1000 })) {
    delayUs += waitUs;
    waitUs *= 2;
  }
  return delayUs;
}

function linkKey(a: string, b: string): string {
  return compareText(a, b) <= 0 ? `${a} ${b}` : `${b} ${a}`;
}

function together(one: LinkState, other: LinkState): LinkState {
  return {
    a: one.a,
    b: one.b,
    extraDelayUs: one.extraDelayUs + other.extraDelayUs,
    jitterUs: one.jitterUs + other.jitterUs,
    lossPerMille: Math.max(one.lossPerMille, other.lossPerMille),
    cut: one.cut || other.cut,
  };
}
