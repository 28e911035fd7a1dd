import { useEffect, useRef, useState } from "react";
import type { TrafficSource } from "../../network/traffic.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";
import { whyUnreachable } from "../selectors/trafficReach.ts";
import { amounts, amountsOf, shapes, sourceOf, type Amount, type Shape, type SourceDraft } from "./sourceDraft.ts";

const shapeLabels: Readonly<Record<Shape, string>> = { steady: t`Steady`, ramp: t`Ramp`, bursts: t`Bursts` };
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE"];

export interface SourceFormProps {
  readonly draft: SourceDraft;
  readonly setDraft: (draft: SourceDraft) => void;
  /** A source that is there is changed; its name stays. */
  readonly change: boolean;
  /** Settles with why not, or with null. */
  readonly put: (source: TrafficSource) => Promise<string | null>;
  readonly cancel: () => void;
}

function AmountInput({ name, draft, setDraft }: { readonly name: Amount } & Pick<SourceFormProps, "draft" | "setDraft">) {
  const { label, unit, min, max, whole } = amounts[name];
  const value = draft[name];
  return (
    <label>
      {label}
      <input
        className="field source-amount"
        type="number"
        min={min}
        max={max}
        step={whole ? 1 : "any"}
        required
        value={Number.isNaN(value) ? "" : value}
        onChange={(event) => setDraft({ ...draft, [name]: event.target.valueAsNumber })}
      />
      {unit}
    </label>
  );
}

/** One source's fields: from where to which address, how many, in what shape. */
export function SourceForm({ draft, setDraft, change, put, cancel }: SourceFormProps) {
  const { cluster } = useApp();
  useCluster((state) => state.structure);
  const [refusal, setRefusal] = useState<string | null>(null);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const facts = [...cluster.getState().facts.values()];
  const pods = facts.filter(({ plural, ref }) => plural === "pods" && !isMachineRoom(ref.namespace)).map(({ ref }) => `${ref.namespace}/${ref.name}`).sort();
  const places = ["internet", ...new Set(draft.from === "internet" ? pods : [draft.from, ...pods])];
  const source = sourceOf(draft);
  const problem = whyUnreachable(source, facts);
  const set = (part: Partial<SourceDraft>) => {
    setRefusal(null);
    setDraft({ ...draft, ...part });
  };
  return (
    <form
      className="source-form"
      aria-label={change ? t`Change ${draft.id}` : t`Add a source`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        cancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void put(source).then(setRefusal);
      }}
    >
      <label>
        {t`Name`}
        <input className="field source-name" ref={change ? undefined : first} value={draft.id} required maxLength={60} disabled={change} spellCheck={false} onChange={(event) => set({ id: event.target.value })} />
      </label>
      <label>
        {t`From`}
        <select className="field source-from" value={draft.from} onChange={(event) => set({ from: event.target.value })}>
          {places.map((place) => (
            <option key={place} value={place}>
              {place === "internet" ? t`the internet` : t`pod ${place}`}
            </option>
          ))}
        </select>
      </label>
      <span className="source-to">
        <select className="field" aria-label={t`Method`} value={draft.method} onChange={(event) => set({ method: event.target.value })}>
          {[...new Set([...methods, draft.method])].map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
        <input className="field source-url" aria-label={t`URL`} ref={change ? first : undefined} value={draft.url} required maxLength={2048} spellCheck={false} onChange={(event) => set({ url: event.target.value })} />
      </span>
      <select className="field" aria-label={t`Shape`} value={draft.shape} onChange={(event) => set({ shape: event.target.value as Shape })}>
        {shapes.map((shape) => (
          <option key={shape} value={shape}>
            {shapeLabels[shape]}
          </option>
        ))}
      </select>
      {amountsOf[draft.shape].map((name) => (
        <AmountInput key={name} name={name} draft={draft} setDraft={set} />
      ))}
      <AmountInput name="clients" draft={draft} setDraft={set} />
      <label>
        <input type="checkbox" checked={draft.keepAlive} onChange={(event) => set({ keepAlive: event.target.checked })} />
        {t`keep connections`}
      </label>
      <span className="source-acts">
        <button className="btn primary compact">{change ? t`Change` : t`Add`}</button>
        <button className="btn quiet compact" type="button" onClick={cancel}>
          {t`Cancel`}
        </button>
      </span>
      {problem !== null && <p className="source-problem">{problem}</p>}
      {refusal !== null && (
        <p className="st-failed" role="alert">
          <span className="state">{t`✕ Not ${change ? t`changed` : t`added`}:`}</span> {refusal}
        </p>
      )}
    </form>
  );
}
