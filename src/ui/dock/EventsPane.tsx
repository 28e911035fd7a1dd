import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { shownTime } from "../stores/clusterStore.ts";
import { ageText } from "../selectors/clockText.ts";
import { Term } from "../terms/Term.tsx";
import { eventLines, type EventLine } from "../stores/eventStore.ts";

/** How many rows are drawn; older ones are still in the API. */
const shown = 40;

export interface EventTableProps {
  readonly lines: readonly EventLine[];
  readonly withObject: boolean;
}

/** Events as kubectl tells them, with a glyph and a word where they warn. */
export function EventTable({ lines, withObject }: EventTableProps) {
  const { view } = useApp();
  const nowMs = useCluster((state) => Math.floor((state.epochUs + shownTime(state)) / 1_000_000)) * 1000;
  return (
    <table className="rows">
      <colgroup>
        <col style={{ width: "calc(66px * var(--k))" }} />
        <col style={{ width: `calc(${withObject ? 116 : 104}px * var(--k))` }} />
        {withObject && <col style={{ width: "30%" }} />}
        <col />
      </colgroup>
      <thead>
        <tr>
          <th>{t`Age`}</th>
          <th>{t`Reason`}</th>
          {withObject && <th>{t`Object`}</th>}
          <th>{t`Message`}</th>
        </tr>
      </thead>
      <tbody>
        {lines.slice(0, shown).map((line) => (
          <tr key={line.uid} className={line.type === "Warning" ? "st-warning" : ""}>
            <td className="mono dimmer">{ageText((nowMs - line.atMs) * 1000)}</td>
            <td>
              {line.type === "Warning" ? (
                <span className="state">
                  <span aria-hidden="true">▲ </span>
                  <span className="visually-hidden">{t`Warning:`}{" "}</span>
                  <Term of={line.reason} />
                </span>
              ) : (
                <Term of={line.reason} />
              )}
            </td>
            {withObject && (
              <td className="mono row-name">
                <button className="row-button" title={`${line.kind} ${line.name}`} onClick={() => view.setState({ selection: { type: "object", uid: line.objectUid } })}>
                  {line.kind.toLowerCase()}/{line.name}
                </button>
              </td>
            )}
            <td title={line.message} className="dim">
              {line.message}
              {line.count > 1 && <span className="dimmer"> ×{line.count}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Events of the whole cluster, newest first. */
export function EventsPane() {
  const { client } = useApp();
  const lines = useLive("events", async () => eventLines(await client.ask({ type: "events", limit: shown })), (all) => 400 + all.length * 15);
  if (lines === null) return <Reading>{t`Reading the events.`}</Reading>;
  if (lines.length === 0) return <p className="empty">{t`No events yet. Components write one whenever they did, or could not do, something for an object.`}</p>;
  return <EventTable lines={lines} withObject />;
}
