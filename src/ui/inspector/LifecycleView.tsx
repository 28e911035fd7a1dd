import { useState } from "react";
import type { GraphFact, Lifecycle } from "../../hosts/protocol.ts";
import { useApp } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { clockText } from "../selectors/clockText.ts";
import { stateClass } from "../selectors/stateWords.ts";
import "./lifecycle.css";
import { arcsOf, exitsOf, rowsOf, stateWords, type LifecycleArc, type LifecycleRow } from "./lifecycleRows.ts";

/** Of the drawing beside the rows; the rows' height is set by the style sheet to the same. */
const rowHeight = 24;
const gutter = 46;
const dotX = 38;

const roleWords: Readonly<Record<Lifecycle["role"], string>> = { pod: t`as the kubelet leads it`, init: t`init container`, sidecar: t`sidecar`, main: t`container`, ephemeral: t`ephemeral container` };

function arcPath({ from, to }: LifecycleArc): string {
  const [y1, y2] = [from, to].map((row) => row * rowHeight + rowHeight / 2) as [number, number];
  const down = y2 > y1;
  if (to === from + 1) return `M ${dotX} ${y1 + 6} V ${y2 - 7}`;
  const bulge = dotX - Math.min(34, 9 + 5 * Math.abs(to - from));
  return `M ${dotX - 5} ${y1 + (down ? 2 : -2)} C ${bulge} ${y1 + (down ? 5 : -5)}, ${bulge} ${y2 + (down ? -5 : 5)}, ${dotX - 7} ${y2 + (down ? -2 : 2)}`;
}

/** The ways between the states, as arcs beside their rows. */
function Arcs({ lifecycle, rows }: { readonly lifecycle: Lifecycle; readonly rows: readonly LifecycleRow[] }) {
  return (
    <svg className="life-arcs" width={gutter} height={rows.length * rowHeight} aria-hidden="true">
      <defs>
        <marker id="life-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M 0 0 L 6 3 L 0 6 z" fill="context-stroke" />
        </marker>
      </defs>
      {arcsOf(lifecycle, rows).map((arc) => (
        <path key={`${arc.from} ${arc.to}`} className={`life-arc ${arc.kind}`} d={arcPath(arc)} {...(arc.kind === "other" ? {} : { markerEnd: "url(#life-tip)" })} />
      ))}
      {rows.map(({ state, current, at }, index) => (
        <circle key={state} className={current ? "life-dot current" : at === null ? "life-dot" : "life-dot passed"} cx={dotX} cy={index * rowHeight + rowHeight / 2} r={current ? 5 : 3.5} />
      ))}
    </svg>
  );
}

function Chart({ lifecycle, hue }: { readonly lifecycle: Lifecycle; readonly hue: string }) {
  const [all, setAll] = useState(false);
  const { container, role, chart, value } = lifecycle;
  const rows = rowsOf(lifecycle, all);
  const exits = exitsOf(chart, value);
  const title = role === "pod" ? "Pod" : container;
  return (
    <section className={`life ${hue}`} aria-label={role === "pod" ? t`Lifecycle of the pod` : t`Lifecycle of ${roleWords[role]} ${container}`}>
      <header>
        <h3 className={role === "pod" ? "" : "mono"}>{title}</h3>
        <span className="dimmer">{roleWords[role]}</span>
        <button className="life-all" aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? t`Only its own way` : t`Whole chart`}
        </button>
      </header>
      <div className="life-chart">
        <Arcs lifecycle={lifecycle} rows={rows} />
        <ol>
          {rows.map((row) => (
            <li key={row.state} className={row.current ? "current" : row.at === null ? "ahead" : "passed"} title={row.about} {...(row.current ? { "aria-current": "step" as const } : {})}>
              <span>{row.words}</span>
              {row.at !== null && <time title={t`Cluster time at which it was entered last`}>{clockText(row.at).replace(/^00:0?/, "")}</time>}
            </li>
          ))}
        </ol>
      </div>
      <p className="life-about">
        {chart.states.find(({ name }) => name === value)?.about}.{exits.length === 0 && t` Nothing comes after it.`}
      </p>
      {exits.length > 0 && (
        <ul className="life-exits" aria-label={t`What may happen next`}>
          {exits.map(({ event, about, to }) => (
            <li key={event}>
              {about} <span className="dimmer">→</span> <b>{stateWords(to)}</b>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Where a pod and its containers are on the very charts by which the kubelet leads them. */
export function LifecycleView({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const lifecycles = useLive(`lifecycle/${fact.uid}`, async () => ({ are: await client.ask<readonly Lifecycle[] | null>({ type: "lifecycle", uid: fact.uid }) }));
  if (lifecycles === null) return <Reading>{t`Asking the kubelet.`}</Reading>;
  if (lifecycles.are === null) return <p className="empty">{fact.node === null ? t`No kubelet leads this pod yet: it has no node.` : t`The kubelet of ${fact.node} does not say: it is down, or only coming up.`}</p>;
  const hue = stateClass(fact.deleting ? "terminating" : fact.health);
  return (
    <div className="lives">
      {lifecycles.are.map((lifecycle) => (
        <Chart key={lifecycle.container} lifecycle={lifecycle} hue={hue} />
      ))}
    </div>
  );
}
