import { SquareTerminal } from "lucide-react";
import { useState } from "react";
import type { GraphFact, MetricsAnswer } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { showDock } from "../stores/viewStore.ts";
import { Chart } from "./Chart.tsx";
import { curvesOf, spans, type Span } from "./chartModel.ts";
import { onTheirWay, panelsOf } from "./panels.ts";
import { SpanChoice } from "./SpanChoice.tsx";

/** Samples come every 15 virtual seconds: looking more often shows nothing new. */
const pauseMs = (): number => 1500;

/** What an object used, against what it asked for and may have. */
export function MetricsView({ fact }: { readonly fact: GraphFact }) {
  const { client, view } = useApp();
  const epochUs = useCluster((state) => state.epochUs);
  const [span, setSpan] = useState<Span>(spans[0]);
  const { seconds, steps } = span;
  const panels = panelsOf(fact, seconds / steps);
  const found = useLive(`metrics/${fact.uid}/${seconds}`, () => Promise.all(panels.map(({ lines }) => Promise.all(lines.map(({ query }) => client.ask<MetricsAnswer>({ type: "metrics", query, seconds, steps }))))), pauseMs);
  return (
    <div className="metrics-view">
      <SpanChoice span={span} onSpan={setSpan} />
      {found === null ? (
        <Reading>{t`Reading what was measured.`}</Reading>
      ) : (
        panels.map((panel, index) => {
          const answers = found[index] ?? [];
          const { fromUs = 0, toUs = 1, since = null } = answers[0] ?? {};
          const empty = onTheirWay(fact, { toUs, since }, epochUs) ?? panel.empty;
          return (
            <Chart key={panel.title} {...panel} {...curvesOf(panel.lines, answers)} empty={empty} fromUs={fromUs} toUs={toUs} since={since} stepUs={(seconds / steps) * 1e6} height={104}>
              <button className="chart-open" aria-label={t`${panel.title} as a query`} title={t`As a query`} onClick={() => {
                view.setState({ query: panel.lines[0]?.query ?? "" });
                showDock(view, "metrics");
              }}>
                <SquareTerminal size={12} />
              </button>
            </Chart>
          );
        })
      )}
    </div>
  );
}
