const second = 1_000_000;

export interface Pursued {
  /** The moment that is to be seen. */
  readonly wantedUs: number;
  /** The speed it moves on at; 0: it stands still, or an earlier moment is looked at. */
  readonly speed: number;
}

export interface Pursuit {
  /** What the other engine is to run at. */
  readonly speed: number;
  /** What of it is to be shown. */
  readonly look: number | "live";
}

/**
 * What an engine is to do so that it shows the same moment as another. Where it has already been there it stands still and shows what
 * it was like; else it runs on, faster where it is behind.
 */
export function pursuit(nowUs: number, { wantedUs, speed }: Pursued): Pursuit {
  const behind = wantedUs - nowUs;
  const near = 0.4 * second * Math.max(1, speed);
  if (behind > 0) return { speed: behind > near ? Math.max(20, speed * 4) : Math.max(1, speed), look: "live" };
  // Two that run are together when they are near.
  if (speed > 0 && -behind <= near) return { speed: -behind > near / 2 ? speed / 2 : speed, look: "live" };
  return { speed: 0, look: wantedUs };
}
