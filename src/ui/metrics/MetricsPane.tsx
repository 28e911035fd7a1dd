import { useEffect, useState } from "react";
import type { MetricsAnswer } from "../../hosts/protocol.ts";
import { useApp, useView } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { Chart } from "./Chart.tsx";
import { curvesOf, spans, type Span, type Unit } from "./chartModel.ts";
import { examples } from "./panels.ts";
import { SpanChoice } from "./SpanChoice.tsx";

const pauseMs = (): number => 1500;

/** By what the names of metrics end in; a rate of seconds is a share of a core, a rate of anything else is counted by the second. */
function unitOf(query: string): Unit {
  if (query.includes("histogram_quantile")) return "seconds";
  if (/\brate\(|\birate\(/.test(query)) return query.includes("cpu") ? "cores" : "perSecond";
  return query.includes("_bytes") ? "bytes" : "plain";
}

/** Where in the query the error is. */
function QueryFault({ query, error }: { readonly query: string; readonly error: NonNullable<MetricsAnswer["error"]> }) {
  const at = Math.max(0, error.column - 1);
  return (
    <div className="query-fault st-failed" role="alert">
      <p>
        <span className="state">{t`✕ Column ${error.column}:`}</span> {error.message}
      </p>
      <pre className="mono" aria-hidden="true">
        {query.slice(0, at)}
        <mark>{query[at] ?? " "}</mark>
        {query.slice(at + 1)}
      </pre>
    </div>
  );
}

/** One asks in PromQL, and gets a chart or what is wrong with the query. */
export function MetricsPane() {
  const { client, view } = useApp();
  const asked = useView((state) => state.query);
  const [text, setText] = useState(asked);
  const [span, setSpan] = useState<Span>(spans[0]);
  const [names, setNames] = useState<readonly string[]>([]);
  const { seconds, steps } = span;
  const [taken, setTaken] = useState(asked);
  // What is asked for elsewhere stands in the field.
  if (asked !== taken) {
    setTaken(asked);
    setText(asked);
  }
  useEffect(() => {
    let alive = true;
    void client.ask<readonly string[] | null>({ type: "metricNames" }).then((found) => alive && setNames(found ?? []));
    return () => void (alive = false);
  }, [client, asked]);
  const ask = (query: string): void => view.setState({ query });
  const answer = useLive(asked === "" ? null : `query/${seconds}/${asked}`, () => client.ask<MetricsAnswer | null>({ type: "metrics", query: asked, seconds, steps }), pauseMs);
  const word = /[a-zA-Z_:][a-zA-Z0-9_:]*$/.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - word.length);
  return (
    <div className="metrics-pane">
      <form
        className="query-bar"
        onSubmit={(event) => {
          event.preventDefault();
          ask(text.trim());
        }}
      >
        <input className="field mono" aria-label={t`PromQL query`} placeholder={t`sum by (namespace) (container_memory_working_set_bytes)`} spellCheck={false} autoComplete="off" list="metric-names" value={text} onChange={(event) => setText(event.target.value)} />
        <datalist id="metric-names">{word === "" ? null : names.filter((name) => name.startsWith(word) && name !== word).slice(0, 20).map((name) => <option key={name} value={before + name} />)}</datalist>
        <button className="btn compact">{t`Run`}</button>
        <select className="field view-select" aria-label={t`Examples`} value="" onChange={(event) => ask(event.target.value)}>
          <option value="" disabled>
            {t`Examples`}
          </option>
          {examples.map(({ label, query }) => (
            <option key={label} value={query}>
              {label}
            </option>
          ))}
        </select>
        <SpanChoice span={span} onSpan={setSpan} />
      </form>
      {asked === "" ? (
        <p className="empty">{t`Ask in PromQL, or begin with an example. Every component of the cluster is looked at each 15 seconds of its time; what was measured is gone with a reload.`}</p>
      ) : answer === null ? (
        <Reading>{t`Computing.`}</Reading>
      ) : answer.error !== null ? (
        <QueryFault query={asked} error={answer.error} />
      ) : (
        <Chart title={asked} unit={unitOf(asked)} {...curvesOf([{ query: asked, name: "", role: "use" }], [answer])} fromUs={answer.fromUs} toUs={answer.toUs} since={answer.since} stepUs={(seconds / steps) * 1e6} height={null} empty={answer.since === null ? t`Nothing was measured yet: the first sample comes after 15 seconds.` : t`Nothing that was measured fits, or not in this time.`} />
      )}
    </div>
  );
}
