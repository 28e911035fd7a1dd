import { useState } from "react";
import { useStore } from "zustand";
import type { Condition } from "../../hosts/protocol.ts";
import { useApp } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import "./breakpoints.css";
import { conditionForm, conditionForms, conditionTarget, readCondition, type FormField, type FormValues } from "./conditionWords.ts";

const fieldLabels: Readonly<Record<FormField, string>> = { namespace: t`Namespace`, name: t`Name`, selector: t`Labels`, reason: t`Reason`, seconds: t`Seconds` };
const fieldHints: Readonly<Record<FormField, string>> = { namespace: t`any namespace`, name: t`any name`, selector: "app=web", reason: "BackOff", seconds: t`seconds` };

function BreakpointForm() {
  const { breakpoints } = useApp();
  const [type, setType] = useState<Condition["type"]>("endpointsGone");
  const [values, setValues] = useState<FormValues>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = (): void => {
    const condition = readCondition(type, values);
    setRefusal(typeof condition === "string" ? condition : breakpoints.add(condition));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <select
        className="field"
        aria-label={t`Pause when`}
        value={type}
        onChange={(event) => {
          setType(event.target.value as Condition["type"]);
          setRefusal(null);
        }}
      >
        {conditionForms.map((form) => (
          <option key={form.type} value={form.type}>
            {form.label}
          </option>
        ))}
      </select>
      {conditionForm(type).fields.map((field) => (
        <input
          key={field}
          className="field breakpoint-field"
          aria-label={fieldLabels[field]}
          placeholder={fieldHints[field]}
          maxLength={253}
          spellCheck={false}
          value={values[field] ?? ""}
          onChange={(event) => setValues({ ...values, [field]: event.target.value })}
        />
      ))}
      <button className="btn compact">{t`Add breakpoint`}</button>
      {refusal !== null && (
        <p className="st-failed" role="alert">
          <span className="state">{t`✕ Not added:`}</span> {refusal}
        </p>
      )}
    </form>
  );
}

/** What the run pauses at by itself. */
export function BreakpointsPane() {
  const { breakpoints } = useApp();
  const { breakpoints: all, hit } = useStore(breakpoints.store);
  return (
    <div className="breakpoints">
      <BreakpointForm />
      {all.length === 0 ? (
        <p className="dimmer">{t`The run pauses where one of these becomes true. Breakpoints are yours alone: kept in this browser, no part of the history nor of a share link.`}</p>
      ) : (
        <ul className="breakpoint-list" aria-label={t`Breakpoints`}>
          {all.map(({ id, enabled, condition }) => (
            <li key={id} className={enabled ? "" : "dimmer"}>
              <label>
                <input type="checkbox" checked={enabled} onChange={(event) => breakpoints.enable(id, event.target.checked)} /> {conditionForm(condition.type).label}
              </label>
              <span className="mono dim ell" title={conditionTarget(condition)}>
                {conditionTarget(condition)}
              </span>
              {hit?.id === id && <span className="dim">{t`paused here`}</span>}
              <button className="btn quiet compact" aria-label={t`Remove ${conditionForm(condition.type).label} ${conditionTarget(condition)}`} onClick={() => breakpoints.remove(id)}>
                {t`Remove`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
