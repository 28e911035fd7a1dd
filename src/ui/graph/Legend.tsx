import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster, useFlows } from "../app/appModel.ts";
import { plural, t } from "../language/text.ts";
import { groupedNumber } from "../selectors/clockText.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { Term } from "../terms/Term.tsx";
import { dismissFailures } from "../stores/flowStore.ts";
import { useStage, type Rollout } from "./stageStore.ts";

const entries = [
  ["ok", t`ready`],
  ["progressing", t`starting`],
  ["warning", t`not ready`],
  ["failed", t`failed`],
  ["terminating", t`terminating`],
  ["owed", t`still owed`],
] as const;

/** How long after a rollout its toll is told: its old pods are gone by then. Virtual time. */
const tollShownUs = 60_000_000;

/** What a rollout has cost: the requests since it began, the lost ones first, for the line is cut where there is no room. */
function Toll(rollout: Rollout) {
  const { before } = rollout;
  const told = useCluster((state) => isTold(rollout, state.now, state.flowTotals.answered + state.flowTotals.failed));
  const answered = useCluster((state) => state.flowTotals.answered - before.answered);
  const lost = useCluster((state) => state.flowTotals.failed - before.failed);
  if (!told) return null;
  return (
    <>
      {" · "}
      {t`since it began`} <span className={lost > 0 ? "state st-failed" : ""}>{lost > 0 ? t`${groupedNumber(lost)} lost` : t`none lost`}</span>
      {t`, ${groupedNumber(answered)} ${plural(answered, "request", "requests")} answered`}
    </>
  );
}

function isTold(rollout: Rollout | undefined, now: number, requests: number): boolean {
  return rollout !== undefined && (rollout.endedAt === null || now - rollout.endedAt < tollShownUs) && requests > rollout.before.answered + rollout.before.failed;
}

/** One line a workload that is on its way: how far it is, and how few were ready at the worst moment of this rollout. */
function RolloutLine({ fact }: { readonly fact: GraphFact }) {
  const past = useCluster((state) => state.lookingAt !== null);
  const told = useStage((state) => state.rollouts.get(fact.uid));
  const rollout = past ? undefined : told;
  if (fact.summary.tier !== "workload") return null;
  const { desired, updated, ready } = fact.summary;
  return (
    <span>
      {rollout?.rolling === true ? `${t`rollout`} ` : ""}
      <b>{fact.ref.name}</b> · {t`${Math.min(updated, desired)} of ${desired} updated`} · {t`${ready} ready`}
      {rollout !== undefined && <Toll {...rollout} />}
      {rollout?.rolling === true && rollout.least > 0 && ` · ${t`never below ${rollout.least} ready`}`}
    </span>
  );
}

/** There is room for the words of two; what is on its way comes first. */
const mostTold = 2;

export function workloadsToTell(workloads: readonly GraphFact[]): readonly GraphFact[] {
  const wanted = workloads.flatMap((fact) => (fact.summary.tier === "workload" && fact.summary.desired > 0 ? [{ fact, ...fact.summary }] : []));
  const underWay = wanted.filter(({ updated, ready, desired }) => updated < desired || ready < desired);
  const settled = wanted.filter((one) => !underWay.includes(one));
  // Of many that are as they should be none is told before the others.
  return [...underWay, ...(wanted.length <= mostTold ? settled : [])].slice(0, mostTold).map(({ fact }) => fact);
}

/** The states' key, the rollouts, and whether anyone was turned away. */
export function Legend() {
  const { flows } = useApp();
  const workloads = useStage((state) => state.model.workloads);
  const totals = useCluster((state) => state.flowTotals);
  const failed = useFlows((state) => state.failed);
  const dismissed = useFlows((state) => state.dismissedBeforeUs);
  const past = useCluster((state) => state.lookingAt !== null);
  const own = useStage((state) => state.lens.legend);
  // These lenses have their own drawing of a machine.
  const bars = useStage((state) => state.lens.id !== "control" && state.lens.id !== "placement");
  const rollouts = useStage((state) => state.rollouts);
  const told = workloadsToTell(workloads);
  // Its toll says the same of a shorter time.
  const tollTold = useCluster((state) => !past && told.some(({ uid }) => isTold(rollouts.get(uid), state.now, state.flowTotals.answered + state.flowTotals.failed)));
  const standing = !past && failed.some((flow) => flow.endedAtUs > dismissed);
  return (
    <div className="stage-foot">
      <div className="meter small">
        {told.map((fact) => (
          <RolloutLine key={fact.uid} fact={fact} />
        ))}
        {!past && !tollTold && totals.answered + totals.failed > 0 && (
          <span className={totals.failed > 0 ? "state st-failed" : ""}>
            {t`${groupedNumber(totals.answered)} answered · ${groupedNumber(totals.failed)} failed`}
          </span>
        )}
        {standing && (
          <button className="link" onClick={() => dismissFailures(flows)}>
            {t`put failed dots away`}
          </button>
        )}
      </div>
      <div className="legend micro" aria-label={t`Legend`}>
        {entries.map(([state, word]) => (
          <span key={state} className={stateClass(state)}>
            <span className="state" aria-hidden="true">
              {glyphs[state]}
            </span>{" "}
            <Term of={state === "terminating" ? "Terminating" : state}>{word}</Term>
          </span>
        ))}
        {bars && (
          <span>
            <span aria-hidden="true">▬</span> {t`requested, of what a node has`}
          </span>
        )}
        {own?.map(([glyph, hue, word]) => (
          <span key={word} className={hue}>
            <span className={hue === "" ? "" : "state"} aria-hidden="true">
              {glyph}
            </span>{" "}
            {word}
          </span>
        ))}
      </div>
    </div>
  );
}
