import { ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useCluster, useView } from "../app/appModel.ts";
import { useRecent } from "../app/useRecent.ts";
import { spanText } from "../selectors/clockText.ts";
import { shortRate } from "../selectors/trafficText.ts";
import { wireCurves, wordsBy } from "./geometry.ts";
import { useStage } from "./stageStore.ts";
import { wireRates, wiresThatTell } from "./wireRate.ts";

/** On the wires: how many requests a second went over them in the last ten seconds, how many failed there, how long they took. */
export const WireRates = memo(function WireRates() {
  const { counts, seconds } = useRecent();
  const model = useStage((state) => state.model);
  const podUids = useStage((state) => state.podUids);
  const layout = useStage((state) => state.layout);
  const past = useCluster((state) => state.lookingAt !== null);
  const selected = useView(({ selection }) => (selection?.type === "object" ? selection.uid : null));
  const rates = useMemo(() => wireRates(counts, seconds, model, podUids), [counts, seconds, model, podUids]);
  if (past || rates.size === 0) return null;
  const services = new Set(model.services.map(({ uid }) => uid));
  const telling = wiresThatTell(model.wires, rates, services, selected);
  return (
    <ViewportPortal>
      <svg className="wire-rates" width={layout.bounds.width} height={layout.bounds.height} aria-hidden="true">
        {telling.map(({ id, from, to }) => {
          const [a, b, rate] = [layout.boxOf.get(from), layout.boxOf.get(to), rates.get(id)];
          const [curve] = a === undefined || b === undefined ? [] : wireCurves(a, b, layout.gapOf.get(to));
          if (curve === undefined || rate === undefined) return null;
          const { x, first, second } = wordsBy(curve);
          const { perSecond, failedPerSecond, meanUs } = rate;
          return (
            <g key={id}>
              <text x={x} y={first}>
                {shortRate(perSecond)}/s
              </text>
              {failedPerSecond > 0 ? (
                <text className="failed" x={x} y={second}>
                  ✕{shortRate(failedPerSecond)}/s
                </text>
              ) : (
                // Near the pods there is little room.
                meanUs !== null &&
                !services.has(from) && (
                  <text x={x} y={second}>
                    {spanText(meanUs).replace(" ", "\u2009")}
                  </text>
                )
              )}
            </g>
          );
        })}
      </svg>
    </ViewportPortal>
  );
});
