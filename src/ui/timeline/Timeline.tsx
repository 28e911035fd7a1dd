import { useEffect, useRef } from "react";
import type { TimelineMark } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { clockText, groupedNumber, shortClock } from "../selectors/clockText.ts";
import "./timeline.css";

const second = 1_000_000;
/** The track never shows less than this, so that the first moments do not race across it. */
const leastSpan = 30 * second;
/** Marks nearer than this part of the track share one label. */
const labelRoom = 0.055;

/** The span the track shows: a little more than what has passed, in steps, so that marks stand still between them. */
export function trackSpan(now: number): number {
  let span = leastSpan;
  while (now > span * 0.92) span *= 1.5;
  return span;
}

interface PlacedMark {
  readonly mark: TimelineMark;
  readonly share: number;
  readonly label: string | null;
}

/** Marks with their places; of those that crowd, the first keeps its label and counts the others. */
export function placeMarks(marks: readonly TimelineMark[], span: number): PlacedMark[] {
  interface Open {
    readonly mark: TimelineMark;
    readonly share: number;
    readonly label: string | null;
    more: number;
  }
  const placed: Open[] = [];
  let labelled: Open | null = null;
  for (const mark of marks) {
    const share = mark.at / span;
    const crowded = labelled !== null && share - labelled.share < labelRoom;
    const one: Open = { mark, share, label: crowded ? null : mark.label, more: 0 };
    if (crowded && labelled !== null) labelled.more++;
    else labelled = one;
    placed.push(one);
  }
  return placed.map(({ mark, share, label, more }) => ({ mark, share, label: label === null || more === 0 ? label : `${label} +${more}` }));
}

const toneState = { person: "person", ok: "ok", warn: "warning", fail: "failed" } as const;

function Marks({ span }: { readonly span: number }) {
  const marks = useCluster((state) => state.marks);
  return (
    <>
      {placeMarks(marks, span).map(({ mark, share, label }, index) => (
        <div key={`${mark.at}-${index}`} className={`mark micro st-${toneState[mark.tone]}`} style={{ left: `${share * 100}%` }} title={`${shortClock(mark.at)} ${mark.label}`}>
          <span className="mark-label">{label ?? ""}</span>
        </div>
      ))}
    </>
  );
}

/** What happened when. The slider tells the time; looking back comes with history. */
export function Timeline() {
  const { cluster } = useApp();
  const span = useCluster((state) => trackSpan(state.now));
  const revision = useCluster((state) => state.revision);
  const live = useCluster((state) => state.speed > 0);
  const replaying = useCluster((state) => state.replaying);
  const head = useRef<HTMLDivElement>(null);
  const done = useRef<HTMLDivElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const write = () => {
      const { now } = cluster.getState();
      const share = `${(now / trackSpan(now)) * 100}%`;
      if (head.current !== null) head.current.style.left = share;
      if (done.current !== null) done.current.style.width = share;
      slider.current?.setAttribute("aria-valuenow", String(Math.floor(now / second)));
      slider.current?.setAttribute("aria-valuetext", clockText(now).slice(0, 8));
    };
    write();
    return cluster.subscribe(write);
  }, [cluster]);
  return (
    <footer className="timeline">
      <span className={`live small ${live ? "st-person" : ""}`}>{replaying ? "Replaying" : live ? "Live" : "Paused"}</span>
      <div
        className="track"
        role="slider"
        aria-label="Timeline"
        aria-disabled="true"
        aria-valuemin={0}
        aria-valuemax={Math.floor(span / second)}
        aria-valuenow={0}
        tabIndex={0}
        ref={slider}
        title="Looking back is not built yet: the timeline shows what happened and when"
      >
        <div className="track-base" />
        <div className="track-done" ref={done} />
        <Marks span={span} />
        <div className="playhead" ref={head} />
      </div>
      <span className="mono dimmer rev">rev {groupedNumber(revision)}</span>
    </footer>
  );
}
