import { GitBranch } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { useApp, useCluster, useStopped, useView } from "../app/appModel.ts";
import type { AppModel } from "../app/appModel.ts";
import { useScale } from "../design/scale.ts";
import { t } from "../language/text.ts";
import { clockText, groupedNumber, shortClock } from "../selectors/clockText.ts";
import { shownTime } from "../stores/clusterStore.ts";
import "./timeline.css";
import { placeMarks, second, timeAt, timeByKey, trackSpan } from "./track.ts";

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

/** The time that the slider stands at: what is asked for, else what is shown. */
function sliderTime({ cluster, view }: AppModel): number {
  const { lookWanted } = view.getState();
  const state = cluster.getState();
  return lookWanted === null ? shownTime(state) : lookWanted === "live" ? state.now : lookWanted;
}

/** Writes what moves with every frame past React. Every write makes the browser lay out and paint again: only what can be seen to have moved is written. */
function useTrack() {
  const app = useApp();
  const { cluster, view } = app;
  const slider = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const live = useRef<HTMLDivElement>(null);
  const done = useRef<HTMLDivElement>(null);
  const rev = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let shown = { share: -1, liveShare: -1, words: "", revision: -1 };
    const write = () => {
      const { now, revision } = cluster.getState();
      const at = sliderTime(app);
      const span = trackSpan(now);
      const share = Math.round((at / span) * 1000) / 10;
      const liveShare = Math.round((now / span) * 1000) / 10;
      const words = `${clockText(at).slice(0, 8)}, ${at < now ? t`looking back` : t`now`}`;
      if (share !== shown.share && head.current !== null) head.current.style.left = `${share}%`;
      if (liveShare !== shown.liveShare) {
        if (live.current !== null) live.current.style.left = `${liveShare}%`;
        if (done.current !== null) done.current.style.transform = `scaleX(${liveShare / 100})`;
      }
      if (words !== shown.words) {
        slider.current?.setAttribute("aria-valuenow", String(Math.floor(at / second)));
        slider.current?.setAttribute("aria-valuetext", words);
      }
      if (revision !== shown.revision && rev.current !== null) rev.current.textContent = t`rev ${groupedNumber(revision)}`;
      shown = { share, liveShare, words, revision };
    };
    write();
    const stops = [cluster.subscribe(write), view.subscribe((state, before) => state.lookWanted !== before.lookWanted && write())];
    return () => {
      for (const stop of stops) stop();
    };
  }, [app, cluster, view]);
  return { slider, head, live, done, rev };
}

function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(900);
  useEffect(() => {
    const track = ref.current;
    if (track === null) return;
    const observer = new ResizeObserver(([entry]) => setWidthPx(entry?.contentRect.width ?? 900));
    observer.observe(track);
    return () => observer.disconnect();
  }, [ref]);
  return widthPx;
}

/** Says whether one sees now, and brings one back. */
function Standing() {
  const { look } = useApp();
  const live = useCluster((state) => state.speed > 0);
  const replaying = useCluster((state) => state.replaying);
  const past = useCluster((state) => state.lookingAt !== null);
  const stopped = useStopped();
  if (stopped) return <span className="live small st-failed">{t`Stopped`}</span>;
  if (past)
    return (
      <button className="live small back" onClick={look.now} title={t`Return to now (N)`}>
        {t`Looking back`}
      </button>
    );
  return <span className={`live small ${live ? "st-person" : ""}`}>{replaying ? t`Replaying` : live ? t`Live` : t`Paused`}</span>;
}

/** Which branch this is; there once there is more than one. */
function BranchesButton() {
  const { branches, view } = useApp();
  const { current, kept } = useStore(branches.store);
  if (kept.length === 0) return null;
  return (
    <button className="btn compact branches-btn" title={t`${current.name}: one of ${kept.length + 1} branches`} onClick={() => view.setState({ dialog: "branches" })}>
      <GitBranch size={13} aria-hidden="true" />
      <span>{current.name}</span>
    </button>
  );
}

/** What happened when, and a slider to look at it again. The run goes on meanwhile. */
export function Timeline() {
  const app = useApp();
  const { cluster, look } = app;
  const span = useCluster((state) => trackSpan(state.now));
  const past = useCluster((state) => state.lookingAt !== null);
  const wanted = useView((state) => typeof state.lookWanted === "number");
  const { slider, head, live, done, rev } = useTrack();
  const widthPx = useWidth(slider);
  const scale = useScale();
  const bubble = useRef<HTMLDivElement>(null);
  const timeUnder = (event: React.PointerEvent): number => timeAt(event.clientX - (slider.current?.getBoundingClientRect().left ?? 0), widthPx, span, cluster.getState().marks);
  const onPointerMove = (event: React.PointerEvent) => {
    const at = timeUnder(event);
    if (bubble.current !== null) {
      bubble.current.style.left = `${(at / span) * 100}%`;
      bubble.current.textContent = at >= cluster.getState().now ? "now" : shortClock(at);
    }
    if (event.currentTarget.hasPointerCapture(event.pointerId)) look.at(at);
  };
  const onPointerDown = (event: React.PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    look.at(timeUnder(event));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = timeByKey(event.key, event.shiftKey, sliderTime(app), cluster.getState().marks);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    look.at(to);
  };
  return (
    <footer className="timeline">
      <Standing />
      <div
        className={`track${past || wanted ? " looking" : ""}`}
        role="slider"
        aria-label={t`Timeline`}
        aria-valuemin={0}
        aria-valuemax={Math.floor(span / second)}
        aria-valuenow={0}
        tabIndex={0}
        ref={slider}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
      >
        <div className="track-base" />
        <div className="track-done" ref={done} />
        <Marks span={span} widthPx={widthPx / scale} />
        <div className="livehead" ref={live} />
        <div className="playhead" ref={head} />
        <div className="hover-time micro mono" ref={bubble} aria-hidden="true" />
      </div>
      <BranchesButton />
      <span className="mono dimmer rev" ref={rev} />
    </footer>
  );
}
