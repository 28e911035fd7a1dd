import { useEffect, useRef, useState } from "react";
import type { TimelineMark } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { clockText, groupedNumber, shortClock } from "../selectors/clockText.ts";
import "./timeline.css";

const second = 1_000_000;
/** The track never shows less than this, so that the first moments do not race across it. */
const leastSpan = 30 * second;
/** Width of a letter of a label, near enough to keep labels apart. */
const letterPx = 5.6;
const labelGapPx = 10;

/** The span the track shows: a little more than what has passed, in steps, so that marks stand still between them. */
export function trackSpan(now: number): number {
  let span = leastSpan;
  while (now > span * 0.92) span *= 1.5;
  return span;
}

interface PlacedMark {
  readonly mark: TimelineMark;
  readonly share: number;
  /** null where there is no room for it on either side of the line. */
  readonly label: string | null;
  readonly side: "above" | "below";
}

/** What one person did at about one moment counts as one mark. */
const togetherUs = 1.5 * second;

/** Marks with their places. A label runs to the right of its mark, above the line or, where that is taken, below it. */
export function placeMarks(marks: readonly TimelineMark[], span: number, widthPx: number): PlacedMark[] {
  const groups: { readonly mark: TimelineMark; more: number }[] = [];
  for (const mark of marks) {
    const last = groups.at(-1);
    if (last !== undefined && last.mark.tone === mark.tone && mark.at - last.mark.at < togetherUs) last.more++;
    else groups.push({ mark, more: 0 });
  }
  const takenPx = { above: -1, below: -1 };
  return groups.map(({ mark, more }) => {
    const label = more === 0 ? mark.label : `${mark.label} +${more}`;
    const leftPx = (mark.at / span) * widthPx;
    const side = leftPx > takenPx.above ? "above" : "below";
    const fits = leftPx > takenPx[side];
    if (fits) takenPx[side] = leftPx + label.length * letterPx + labelGapPx;
    return { mark, share: mark.at / span, label: fits ? label : null, side };
  });
}

const toneState = { person: "person", ok: "ok", warn: "warning", fail: "failed" } as const;

function Marks({ span, widthPx }: { readonly span: number; readonly widthPx: number }) {
  const marks = useCluster((state) => state.marks);
  return (
    <>
      {placeMarks(marks, span, widthPx).map(({ mark, share, label, side }, index) => (
        <div key={`${mark.at}-${index}`} className={`mark micro st-${toneState[mark.tone]}`} style={{ left: `${share * 100}%` }} title={`${shortClock(mark.at)} ${mark.label}`}>
          <span className={`mark-label ${side}`}>{label ?? ""}</span>
        </div>
      ))}
    </>
  );
}

/** What happened when. The slider tells the time; looking back comes with history. */
export function Timeline() {
  const { cluster } = useApp();
  const span = useCluster((state) => trackSpan(state.now));
  const live = useCluster((state) => state.speed > 0);
  const replaying = useCluster((state) => state.replaying);
  const head = useRef<HTMLDivElement>(null);
  const done = useRef<HTMLDivElement>(null);
  const rev = useRef<HTMLSpanElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(900);
  useEffect(() => {
    const track = slider.current;
    if (track === null) return;
    const observer = new ResizeObserver(() => setWidthPx(track.clientWidth));
    observer.observe(track);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    // Every write makes the browser lay out and paint again: only what can be seen to have moved is written.
    let shown = { share: -1, seconds: -1, revision: -1 };
    const write = () => {
      const { now, revision } = cluster.getState();
      const share = Math.round((now / trackSpan(now)) * 1000) / 10;
      const seconds = Math.floor(now / second);
      if (share !== shown.share) {
        if (head.current !== null) head.current.style.left = `${share}%`;
        if (done.current !== null) done.current.style.transform = `scaleX(${share / 100})`;
      }
      if (seconds !== shown.seconds) {
        slider.current?.setAttribute("aria-valuenow", String(seconds));
        slider.current?.setAttribute("aria-valuetext", clockText(now).slice(0, 8));
      }
      if (revision !== shown.revision && rev.current !== null) rev.current.textContent = `rev ${groupedNumber(revision)}`;
      shown = { share, seconds, revision };
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
        <Marks span={span} widthPx={widthPx} />
        <div className="playhead" ref={head} />
      </div>
      <span className="mono dimmer rev" ref={rev} />
    </footer>
  );
}
