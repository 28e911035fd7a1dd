import { useEffect, useRef, useState } from "react";
import { useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import { pathOf, ticksOf, valueAt, valueText, type Curve, type Unit } from "./chartModel.ts";
import "./metrics.css";

export interface ChartProps {
  readonly title: string;
  readonly unit: Unit;
  readonly curves: readonly Curve[];
  readonly more: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Of the oldest sample: before it there is nothing to see. */
  readonly since: number | null;
  readonly stepUs: number;
  /** null: as high as there is room. */
  readonly height: number | null;
  readonly empty: string;
  /** Beside the title. */
  readonly children?: React.ReactNode;
}

const gutter = 44;
const foot = 16;
const head = 6;
const leastHeight = 84;
/** A picture of less time than this is all slopes. */
const leastSpanUs = 60e6;

/** A colour of its own for each curve; a state has that state's: an answer of 500 is a failure wherever it is shown. */
function toneOf(curve: Curve, index: number): string {
  if (curve.role !== "use") return curve.role;
  return /^(5\d\d|none)$/.test(curve.name) ? "fail" : `s${index % 6}`;
}

/** The step at or before a time, as the points have them; after it, where that would be before there was a cluster. */
function beginOf(toUs: number, atUs: number, epochUs: number, stepUs: number): number {
  const begin = toUs - Math.ceil((toUs - atUs) / stepUs) * stepUs;
  return begin < epochUs ? Math.min(begin + stepUs, toUs - stepUs) : begin;
}

/** Lines over time, with a cursor that pointer and arrow keys move; the values at it are told beneath. */
export function Chart({ title, unit, curves, more, fromUs: wantedUs, toUs, since, stepUs, height: fixed, empty, children }: ChartProps) {
  const epochUs = useCluster((state) => state.epochUs);
  const frame = useRef<HTMLDivElement>(null);
  const [{ width, room }, setSize] = useState({ width: 0, room: 0 });
  const [cursor, setCursor] = useState<number | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setSize({ width: Math.floor(entry?.contentRect.width ?? 0), room: Math.floor(entry?.contentRect.height ?? 0) }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const height = fixed ?? Math.max(leastHeight, room);
  const fromUs = Math.max(wantedUs, beginOf(toUs, Math.max(epochUs, Math.min(since ?? toUs, toUs - leastSpanUs)), epochUs, stepUs));
  const clock = (atUs: number): string => shortClock(atUs - epochUs);
  const ticks = ticksOf(Math.max(0, ...curves.flatMap(({ points }) => points.map(([, value]) => value))), unit);
  const top = ticks[ticks.length - 1] as number;
  const least = Math.min(0, ...curves.flatMap(({ points }) => points.map(([, value]) => value)));
  const plotWidth = Math.max(1, width - gutter - 6);
  const x = (atUs: number): number => gutter + ((atUs - fromUs) / (toUs - fromUs)) * plotWidth;
  const y = (value: number): number => head + (1 - (value - least) / (top - least)) * (height - head - foot);
  const place = (atUs: number): void => setCursor(Math.min(toUs, Math.max(fromUs, fromUs + Math.round((atUs - fromUs) / stepUs) * stepUs)));
  const shownAt = cursor ?? toUs;
  const read = curves.map((curve, index) => ({ curve, tone: toneOf(curve, index), value: valueAt(curve.points, shownAt, stepUs) }));
  const said = read.map(({ curve, value }) => `${curve.name} ${value === null ? "nothing" : valueText(value, unit)}`).join(", ");
  const onKey = (event: React.KeyboardEvent): void => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (steps !== undefined) place((cursor ?? toUs) + steps * stepUs);
    else if (event.key === "Home") place(fromUs);
    else if (event.key === "End") setCursor(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className={fixed === null ? "chart-box filling" : "chart-box"} aria-label={title}>
      <header>
        {fixed !== null && <h2>{title}</h2>}
        {curves.length > 0 && cursor !== null && <span className="mono micro chart-at">{clock(cursor)}</span>}
        {children}
      </header>
      <div ref={frame} className="chart-frame" style={{ minHeight: curves.length === 0 ? 0 : fixed ?? leastHeight }}>
        {curves.length === 0 ? (
          <p className="dimmer small chart-empty">{empty}</p>
        ) : (
          <svg
            width={width} height={height} tabIndex={0} role="slider" aria-label={t`Time in ${title}`} aria-valuemin={fromUs} aria-valuemax={toUs} aria-valuenow={shownAt} aria-valuetext={`${clock(shownAt)}: ${said}`}
            onPointerMove={(event) => place(fromUs + ((event.clientX - event.currentTarget.getBoundingClientRect().left - gutter) / plotWidth) * (toUs - fromUs))} onPointerLeave={() => setCursor(null)} onBlur={() => setCursor(null)} onKeyDown={onKey}
          >
            {ticks.map((tick) => (
              <g key={tick}>
                <line className="chart-grid" x1={gutter} x2={width - 6} y1={Math.round(y(tick)) + 0.5} y2={Math.round(y(tick)) + 0.5} />
                <text x={gutter - 6} y={y(tick) + 3.5} textAnchor="end">{tick === 0 ? "0" : valueText(tick, unit)}</text>
              </g>
            ))}
            <text x={gutter} y={height - 3}>{clock(fromUs)}</text>
            <text x={width - 6} y={height - 3} textAnchor="end">{clock(toUs)}</text>
            {read.map(({ curve, tone }) => <path key={curve.key} className={`chart-line ${tone}`} d={pathOf(curve.points, x, y, stepUs)} />)}
            {cursor !== null && <line className="chart-cursor" x1={x(cursor)} x2={x(cursor)} y1={head} y2={height - foot} />}
            {cursor !== null && read.map(({ curve, tone, value }) => value !== null && <circle key={curve.key} className={`chart-dot ${tone}`} cx={x(cursor)} cy={y(value)} r={2.5} />)}
          </svg>
        )}
      </div>
      {curves.length > 0 && (
        <ul className="chart-legend">
          {read.map(({ curve, tone, value }) => (
            <li key={curve.key} title={curve.name}>
              <svg width={14} height={8} aria-hidden="true"><path className={`chart-line ${tone}`} d="M0 4H14" /></svg>
              <span className="chart-name">{curve.name}</span>
              <span className="mono">{value === null ? "–" : valueText(value, unit)}</span>
            </li>
          ))}
          {more > 0 && <li className="dimmer">{t`and ${more} more`}</li>}
        </ul>
      )}
    </section>
  );
}
