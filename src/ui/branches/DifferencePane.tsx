import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useApp, type AppModel } from "../app/appModel.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { plural, t } from "../language/text.ts";
import { clusterHealth } from "../selectors/clusterHealth.ts";
import { groupedNumber, shortClock } from "../selectors/clockText.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { shownTime } from "../stores/clusterStore.ts";
import { differences, mostDifferences, type Difference } from "./differences.ts";

/** Least real time between two comparisons of the whole clusters. */
const pauseMs = 400;

/** Renders again when either side changed, not more often than the pause. */
function useBoth(one: AppModel, other: AppModel): void {
  const [, setSeen] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setSeen((seen) => seen + 1);
      }, pauseMs);
    };
    const stops = [one, other].map(({ cluster }) => cluster.subscribe((state, before) => (state.change !== before.change || state.flowTotals !== before.flowTotals || state.marks !== before.marks) && soon()));
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [one, other]);
}

function countsOf({ cluster }: AppModel): readonly (readonly [label: string, value: string])[] {
  const { facts, flowTotals, lookingAt } = cluster.getState();
  const health = clusterHealth(facts.values());
  // Requests are counted up to now, and not again for another moment.
  const counted = (count: number): string => (lookingAt === null ? groupedNumber(count) : t`not kept`);
  return [
    [t`Nodes ready`, t`${health.nodesReady} of ${health.nodes}`],
    [t`Pods ready`, t`${health.podsReady} of ${health.pods}`],
    [t`Requests answered`, counted(flowTotals.answered)],
    [t`Requests failed`, counted(flowTotals.failed)],
  ];
}

function Saying({ fact }: { readonly fact: GraphFact | null }) {
  if (fact === null) return <td className="dimmer">{t`not there`}</td>;
  const state = fact.deleting ? "terminating" : fact.health;
  return (
    <td>
      <span className={`state ${stateClass(state)}`} aria-hidden="true">
        {glyphs[state]}
      </span>{" "}
      {fact.sentence}
    </td>
  );
}

/** What was put in or went wrong since the two parted. */
function Since({ app, parting, name }: { readonly app: AppModel; readonly parting: number; readonly name: string }) {
  const state = app.cluster.getState();
  const until = shownTime(state);
  const marks = state.marks.filter(({ at, tone }) => at > parting && at <= until && tone !== "ok");
  return (
    <div>
      <h2 className="small">{name}</h2>
      {marks.length === 0 ? (
        <p className="small dimmer">{t`Nothing was put in since ${shortClock(parting)}.`}</p>
      ) : (
        <ul className="since small" aria-label={t`Since then, ${name}`}>
          {marks.slice(-30).map((mark, index) => (
            <li key={`${mark.at}-${index}`}>
              <span className="mono dimmer">{shortClock(mark.at)}</span> {mark.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface Sides {
  readonly there: AppModel;
  /** Since when they are two, in microseconds. */
  readonly parting: number;
  readonly names: readonly [string, string];
}

/** Counts, causes and objects of both sides, where they are not the same. */
export function DifferencePane({ there, parting, names }: Sides) {
  const arrived = useStore(there.cluster, (state) => state.running && !state.replaying);
  if (!arrived)
    return (
      <section className="differences" aria-label={t`What differs`}>
        <p className="empty">{t`${names[1]} is replayed to where it was left; then it is compared.`}</p>
      </section>
    );
  return <Compared there={there} parting={parting} names={names} />;
}

/** One column a side; both may have been given the same name. */
function Heads({ names }: Pick<Sides, "names">) {
  return names.map((name, side) => (
    <th key={side} scope="col">
      {name}
    </th>
  ));
}

function Compared({ there, parting, names }: Sides) {
  const app = useApp();
  useBoth(app, there);
  const rows = differences(app.cluster.getState().facts.values(), there.cluster.getState().facts.values());
  const [ours, theirs] = [countsOf(app), countsOf(there)];
  const pick = ({ here, there: other }: Difference) => {
    if (here !== null) app.view.setState({ selection: { type: "object", uid: here.uid } });
    else if (other !== null) there.view.setState({ selection: { type: "object", uid: other.uid } });
  };
  return (
    <section className="differences" aria-label={t`What differs`}>
      <div>
        <table className="counts small" aria-label={t`Counts of both`}>
          <thead>
            <tr>
              <td />
              <Heads names={names} />
            </tr>
          </thead>
          <tbody>
            {ours.map(([label, value], at) => {
              const other = theirs[at]?.[1] ?? "";
              return (
                <tr key={label} className={value === other ? "dimmer" : ""}>
                  <th scope="row">{label}</th>
                  <td className="mono">{value}</td>
                  <td className="mono">{other}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className="causes">
        <Since app={app} parting={parting} name={names[0]} />
        <Since app={there} parting={parting} name={names[1]} />
      </div>
      <div className="objects" tabIndex={0} role="region" aria-label={t`Objects that differ`}>
        {rows.length === 0 ? (
          <p className="empty">{t`Every object is the same on both sides.`}</p>
        ) : (
          <table className="small">
            <thead>
              <tr>
                <th scope="col">
                  {rows.length} {plural(rows.length, "object differs", "objects differ")}
                </th>
                <Heads names={names} />
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, mostDifferences).map((row) => (
                <tr key={row.key}>
                  <th scope="row">
                    <button className="link" onClick={() => pick(row)}>
                      {row.kind} {row.name}
                    </button>
                  </th>
                  <Saying fact={row.here} />
                  <Saying fact={row.there} />
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {rows.length > mostDifferences && <p className="small dimmer">{t`and ${rows.length - mostDifferences} more`}</p>}
      </div>
    </section>
  );
}
