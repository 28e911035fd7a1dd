import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { Term } from "../terms/Term.tsx";

/** The scheduler's decision as contracts.md gives it. */
interface Decision {
  readonly feasible: readonly string[];
  readonly rejected: Readonly<Record<string, { readonly plugin: string; readonly reason: string }>>;
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly final: Readonly<Record<string, number>>;
  readonly chosen: string | null;
  readonly victims: readonly string[];
}

/** Which nodes were refused and by what, and what each score plugin gave to those that were left. */
export function DecisionView({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const decision = useLive(`decision/${fact.uid}`, async () => ({ is: await client.ask<Decision | null>({ type: "decision", namespace: fact.ref.namespace, pod: fact.ref.name }) }));
  const past = useCluster((state) => state.lookingAt !== null);
  if (past && fact.node === null) return <p className="empty">{t`No node had been chosen by then. Why each was refused at that time is not kept.`}</p>;
  if (decision === null) return <Reading>{t`Asking the scheduler.`}</Reading>;
  if (decision.is === null) return <p className="empty">{t`The scheduler has no decision on record for this pod: nobody asked it yet, or the node was set by hand.`}</p>;
  const { feasible, rejected, scores, final, chosen, victims } = decision.is;
  const nodes = [...feasible].sort((a, b) => (final[b] ?? 0) - (final[a] ?? 0)).slice(0, 5);
  const refused = Object.entries(rejected);
  const equals = feasible.filter((node) => node !== chosen && final[node] === final[chosen ?? ""]);
  return (
    <div className="decision">
      <p>{chosen === null || chosen === "" ? t`No node was chosen.` : nodes.length === 1 ? t`${chosen} was the only node left.` : equals.length > 0 ? t`${chosen} was drawn among ${equals.length + 1} nodes with the highest score.` : t`${chosen} had the highest score of ${feasible.length} nodes.`}</p>
      {Object.keys(scores).length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t`Score`}</th>
              {nodes.map((node) => (
                <th scope="col" key={node} className={`nowrap ${node === chosen ? "chosen" : ""}`}>
                  {node}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(scores).map(([plugin, byNode]) => (
              <tr key={plugin}>
                <td>
                  <Term of={plugin}>{plugin.replace(/([a-z])([A-Z])/g, "$1\u200b$2")}</Term>
                </td>
                {nodes.map((node) => (
                  <td key={node}>{byNode[node] ?? "–"}</td>
                ))}
              </tr>
            ))}
            <tr className="total">
              <td>{t`in all, weighted`}</td>
              {nodes.map((node) => (
                <td key={node} className={node === chosen ? "chosen" : ""}>
                  {final[node] ?? "–"}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      )}
      {feasible.length > nodes.length && <p className="dimmer">{t`and ${feasible.length - nodes.length} more`}</p>}
      {refused.length > 0 && (
        <>
          <h3>{t`Refused`}</h3>
          <ul>
            {refused.map(([node, { plugin, reason }]) => (
              <li key={node} className="st-warning">
                <span className="state">▲</span> <b>{node}</b> <span className="dimmer">
                  <Term of={plugin} inTabOrder />
                </span>
                <div className="dim">{reason}</div>
              </li>
            ))}
          </ul>
        </>
      )}
      {victims.length > 0 && <p className="dim">{t`Made room by evicting ${victims.join(", ")}.`}</p>}
    </div>
  );
}
