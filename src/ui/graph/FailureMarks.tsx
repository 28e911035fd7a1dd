import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { useApp, useCluster, useFlows } from "../app/appModel.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { t } from "../language/text.ts";
import { flowRoute } from "./flowRoute.ts";
import { useStage } from "./stageStore.ts";

/** Failed requests stay where they ended, as one mark a place, until they are put away. */
export const FailureMarks = memo(function FailureMarks() {
  const { view } = useApp();
  const failed = useFlows((state) => state.failed);
  const dismissed = useFlows((state) => state.dismissedBeforeUs);
  const model = useStage((state) => state.model);
  const layout = useStage((state) => state.layout);
  const podUids = useStage((state) => state.podUids);
  // They are of now: what failed then is in the list of requests, as far as it is kept.
  const past = useCluster((state) => state.lookingAt !== null);
  const places = new Map<string, { count: number; last: FlowRecord }>();
  for (const flow of past ? [] : failed) {
    if (flow.endedAtUs <= dismissed) continue;
    const stop = flowRoute(model, podUids, flow).stops.at(-1) ?? "";
    places.set(stop, { count: (places.get(stop)?.count ?? 0) + 1, last: flow });
  }
  return (
    <ViewportPortal>
      {[...places].map(([stop, { count, last }]) => {
        const box = layout.boxOf.get(stop);
        if (box === undefined) return null;
        const words = t`${count}${count >= 200 ? t` or more` : ""} failed here: ${last.failure ?? ""}`;
        return (
          <button
            key={stop}
            className="failure-mark"
            style={{ left: box.x + box.width, top: box.y }}
            title={words}
            aria-label={words}
            onClick={() => view.setState({ selection: { type: "flow", id: last.id } })}
          >
            <span aria-hidden="true">✕ {count}</span>
          </button>
        );
      })}
    </ViewportPortal>
  );
});
