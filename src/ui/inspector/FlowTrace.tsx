import type { FlowRecord, Hop } from "../../network/packet.ts";
import { useApp } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { clockText, spanText } from "../selectors/clockText.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";

const verdictWords: Readonly<Record<Hop["verdict"], string>> = {
  forward: t`forwarded`,
  dnat: t`rewritten`,
  drop: t`dropped`,
  reject: t`rejected`,
  deliver: t`delivered`,
  answer: t`answered`,
};

function hopState(hop: Hop): string {
  if (hop.verdict === "drop" || hop.verdict === "reject") return stateClass("failed");
  if (hop.verdict === "answer" || hop.verdict === "deliver") return stateClass("ok");
  return hop.verdict === "dnat" ? stateClass("progressing") : "";
}

/** One request's whole way: where it was, which rule acted there, what became of its destination. */
export function FlowTrace({ flow, onClose }: { readonly flow: FlowRecord; readonly onClose: () => void }) {
  const { view, cluster } = useApp();
  const failed = flow.failure !== null;
  const pod = flow.pod === "" ? null : ([...cluster.getState().facts.values()].find(({ ref, summary }) => summary.tier === "pod" && `${ref.namespace}/${ref.name}` === flow.pod) ?? null);
  return (
    <div className="inspector">
      <div className="inspector-top">
        <div className="small dim inspector-kind">
          {t`Request · ${flow.source}`}
          <button className="inspector-close" aria-label={t`Close`} title={t`Select nothing (Esc)`} onClick={onClose}>
            ✕
          </button>
        </div>
        <h2 className="mono inspector-name">
          {flow.method} {flow.url}
        </h2>
        <p className={`say ${stateClass(failed ? "failed" : "ok")}`}>
          <span className="state" aria-hidden="true">
            {failed ? glyphs.failed : glyphs.ok}
          </span>{" "}
          {failed ? t`Failed${flow.status === 0 ? t` without an answer` : t` with ${flow.status}`}: ${flow.failure}.` : t`Answered ${flow.status} in ${spanText(flow.endedAtUs - flow.startedAtUs)}.`}
        </p>
        {pod !== null && (
          <div className="inspector-acts">
            <button className="btn compact" onClick={() => view.setState({ selection: { type: "object", uid: pod.uid } })}>
              {t`Go to the pod`}
            </button>
          </div>
        )}
      </div>
      <div className="inspector-body" tabIndex={0} role="region" aria-label={t`Way of the request`}>
        <ol className="rail" aria-label={t`Hops`}>
          {flow.hops.map((hop, index) => (
            <li key={index} className={hopState(hop)}>
              <time title={clockText(hop.atUs)}>{index === 0 ? clockText(hop.atUs).replace(/^00:0?/, "") : `+${spanText(hop.atUs - flow.startedAtUs)}`}</time>
              <span className="knot" />
              <div className="who">
                <b>{hop.at}</b>
                <div className="rule">{hop.rule}</div>
                <div>
                  {verdictWords[hop.verdict]} {hop.destination !== "" && <span className="mono">→ {hop.destination}</span>}
                </div>
              </div>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
