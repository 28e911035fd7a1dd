import { clockText, spanText } from "../selectors/clockText.ts";
import type { AppModel } from "./appModel.ts";
import { say } from "./say.ts";
import { t } from "../language/text.ts";

const beatMs = 2_000;
/** A shorter gap between two beats is a busy machine's, and a shorter standstill nobody misses. */
const noticedMs = 10_000;

interface Moment {
  readonly wallMs: number;
  readonly nowUs: number;
  /** Virtual seconds a real one; 0 where the person has paused. */
  readonly speed: number;
  readonly run: number;
}

/** How long the cluster stood still between two moments though nobody had paused it, in milliseconds. */
export function stoodStillMs(before: Moment, after: Moment): number {
  if (before.speed === 0 || before.run !== after.run) return 0;
  return after.wallMs - before.wallMs - (after.nowUs - before.nowUs) / 1_000 / before.speed;
}

/**
 * Says it where the machine slept or the page was hidden for long: virtual time does not catch up (the engine's driver sees to that), and a clock that
 * is an hour behind needs a word.
 */
export function watchSleep({ cluster }: AppModel): void {
  const moment = (): Moment => {
    const { now, speed, run } = cluster.getState();
    return { wallMs: Date.now(), nowUs: now, speed, run };
  };
  let last = moment();
  const look = (): void => {
    const here = moment();
    const ms = here.wallMs - last.wallMs < noticedMs ? 0 : stoodStillMs(last, here);
    last = here;
    if (ms >= noticedMs) say.notice(t`The cluster stood still for ${spanText(Math.round(ms * 1_000))} while this page slept. It goes on from ${clockText(here.nowUs)}.`);
  };
  // A hidden page's beats come seldom: its absence is one gap.
  setInterval(() => void (document.visibilityState === "visible" && look()), beatMs);
  document.addEventListener("visibilitychange", look);
}
