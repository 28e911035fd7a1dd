import { useState } from "react";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { clearFault, setFault } from "../app/acts.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { faultDefinition, faultLabel, faultPlaces, faultSentence, faultTargets, happensOnce, paramWords, targetWords } from "./faultTypes.ts";

const everyOther = "";

function TargetSelect({ label, value, targets, onChange, all }: { readonly label: string; readonly value: string; readonly targets: readonly string[]; readonly onChange: (target: string) => void; readonly all?: string }) {
  return (
    <select className="field fault-target" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} disabled={targets.length === 0}>
      {targets.length === 0 && <option value="">{t`nothing to do it to yet`}</option>}
      {all !== undefined && <option value={everyOther}>{all}</option>}
      {targets.map((one) => (
        <option key={one} value={one}>
          {targetWords(one)}
        </option>
      ))}
    </select>
  );
}

function FaultForm() {
  const app = useApp();
  useCluster((state) => state.structure);
  const [type, setType] = useState("node-off");
  const [chosen, setChosen] = useState("");
  const [other, setOther] = useState(everyOther);
  const [amounts, setAmounts] = useState<Readonly<Record<string, number>>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const fault = faultDefinition(type);
  if (fault === null) return null;
  const targets = faultTargets(fault.on, app.cluster.getState().facts.values());
  const one = targets.includes(chosen) ? chosen : (targets[0] ?? "");
  const others = targets.filter((each) => each !== one);
  const target = fault.on === "link" && others.includes(other) ? `${one},${other}` : one;
  const params = Object.fromEntries(fault.params.map(({ name, fallback }) => [name, amounts[`${type}.${name}`] ?? fallback]));
  const submit = async () => {
    if (target !== "") setRefusal(await setFault(app, type, target, params));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <select
        className="field"
        aria-label={t`Fault`}
        value={type}
        onChange={(event) => {
          setType(event.target.value);
          setRefusal(null);
        }}
      >
        {faultPlaces.map(({ on, label }) => (
          <optgroup key={on} label={label}>
            {faultDefinitions
              .filter((each) => each.on === on)
              .map((each) => (
                <option key={each.type} value={each.type}>
                  {each.label}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <TargetSelect label={t`Target`} value={one} targets={targets} onChange={setChosen} />
      {fault.on === "link" && <TargetSelect label={t`Other end`} value={others.includes(other) ? other : everyOther} targets={others} onChange={setOther} all={t`and all others`} />}
      {fault.params.map(({ name, min, max, fallback }) => {
        const { label, unit } = paramWords(name);
        return (
          <label key={name} className="fault-amount">
            {label}
            <input
              className="field"
              type="number"
              min={min}
              max={max}
              required
              value={amounts[`${type}.${name}`] ?? fallback}
              onChange={(event) => Number.isFinite(event.target.valueAsNumber) && setAmounts({ ...amounts, [`${type}.${name}`]: event.target.valueAsNumber })}
            />
            {unit}
          </label>
        );
      })}
      <button className="btn compact fault-set" disabled={target === ""}>
        {t`Set fault`}
      </button>
      <p>{faultSentence(type)}</p>
      {refusal !== null && (
        <p className="st-failed" role="alert">
          <span className="state">{t`✕ Not set:`}</span> {refusal}
        </p>
      )}
    </form>
  );
}

/** Break something on purpose, and mend it again. */
export function FaultsPane() {
  const app = useApp();
  const faults = useCluster((state) => state.faults);
  const past = useCluster((state) => state.lookingAt !== null);
  return (
    <div className="faults">
      {past ? (
        <p className="dim fault-past">
          {t`These were in force then. Faults are set and cleared now:`}{" "}
          <button className="link" onClick={app.look.now}>
            {t`Return to now`}
          </button>
        </p>
      ) : (
        <FaultForm />
      )}
      {faults.length === 0 ? (
        <p className="dimmer">{t`Nothing ${past ? t`was` : t`is`} broken on purpose. A fault is part of the run: it is marked on the timeline and in a share link.`}</p>
      ) : (
        <ul className="fault-list" aria-label={t`Faults in force`}>
          {faults.map((one) => (
            <li key={one.id} className={happensOnce(one.type) ? "st-unknown" : "st-failed"}>
              <span className="state" aria-hidden="true">
                {happensOnce(one.type) ? "◌" : "✕"}
              </span>
              <span>{faultLabel(one.type)}</span>
              <span className="mono dim ell" title={one.target}>
                {targetWords(one.target)}
              </span>
              <button className="btn compact" disabled={past} aria-label={`${happensOnce(one.type) ? t`Put away` : t`Clear`} ${faultLabel(one.type)} ${one.target}`} onClick={() => clearFault(app, one.id)}>
                {happensOnce(one.type) ? t`Put away` : t`Clear`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
