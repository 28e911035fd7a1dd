import { Tabs } from "radix-ui";
import { lazy, Suspense } from "react";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import type { DockTab } from "../stores/viewStore.ts";
import "./dock.css";
import { EventsPane } from "./EventsPane.tsx";
import { FaultsPane } from "./FaultsPane.tsx";
import { LogsPane } from "./LogsPane.tsx";
import { RequestsPane, RequestTotals } from "./RequestsPane.tsx";

const MetricsPane = lazy(() => import("../metrics/MetricsPane.tsx").then((module) => ({ default: module.MetricsPane })));
const TerminalPane = lazy(() => import("../terminal/TerminalPane.tsx").then((module) => ({ default: module.TerminalPane })));

const TrafficPane = lazy(() => import("./TrafficPane.tsx").then((module) => ({ default: module.TrafficPane })));
const BreakpointsPane = lazy(() => import("../breakpoints/BreakpointsPane.tsx").then((module) => ({ default: module.BreakpointsPane })));

const panes: readonly { readonly id: Exclude<DockTab, "requests">; readonly label: string }[] = [
  { id: "terminal", label: t`Terminal` },
  { id: "events", label: t`Events` },
  { id: "logs", label: t`Logs` },
  { id: "metrics", label: t`Metrics` },
  { id: "faults", label: t`Faults` },
  { id: "traffic", label: t`Sources` },
  { id: "breakpoints", label: t`Pause when` },
];

/** What goes on: on the left what one looks up, on the right the requests, which one always wants to see. */
export function Dock() {
  const { view } = useApp();
  const dock = useView((state) => state.dock);
  const faults = useCluster((state) => state.faults.length);
  const shown = dock === "requests" ? "events" : dock;
  return (
    <div className="dock">
      <Tabs.Root className="pane" value={shown} onValueChange={(next) => view.setState({ dock: next as DockTab })}>
        <Tabs.List className="tabs" aria-label={t`Dock`}>
          {panes.map(({ id, label }) => (
            <Tabs.Trigger key={id} className="tab" value={id}>
              {label}
              {id === "faults" && faults > 0 && <span className="count">{faults}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content className="pane-body" value="terminal" tabIndex={-1}>
          <Suspense fallback={<p className="empty">{t`The terminal is on its way.`}</p>}>
            <TerminalPane />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="events">
          <EventsPane />
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="logs">
          <LogsPane />
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="metrics">
          <Suspense fallback={<p className="empty">{t`The metrics are on their way.`}</p>}>
            <MetricsPane />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="faults">
          <FaultsPane />
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="traffic" tabIndex={-1}>
          <Suspense fallback={<p className="empty">{t`The sources are on their way.`}</p>}>
            <TrafficPane />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content className="pane-body" value="breakpoints">
          <Suspense fallback={<p className="empty">{t`The breakpoints are on their way.`}</p>}>
            <BreakpointsPane />
          </Suspense>
        </Tabs.Content>
      </Tabs.Root>
      <Tabs.Root className={`pane${dock === "requests" ? " lit" : ""}`} value="requests">
        <div className="tabs">
          <Tabs.List aria-label={t`Traffic`}>
            <Tabs.Trigger className="tab" value="requests">
              {t`Requests`}
            </Tabs.Trigger>
          </Tabs.List>
          <RequestTotals />
        </div>
        <Tabs.Content className="pane-body" value="requests">
          <RequestsPane />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  );
}
