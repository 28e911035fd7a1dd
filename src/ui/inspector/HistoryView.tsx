import { useMemo, useState } from "react";
import type { GraphFact, ObjectHistory } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { clockText, groupedNumber } from "../selectors/clockText.ts";
import { fieldChanges, valueText, writersOf, type FieldChange } from "./fieldDiff.ts";
import "./views.css";

const mostRevisions = 30;
const fieldsShown = 6;

function Change({ change }: { readonly change: FieldChange }) {
  const { path, before, after } = change;
  const sign = before === undefined ? "+" : after === undefined ? "−" : "";
  return (
    <li className="field-change" title={`${path}\n${valueText(before, 2_000)}\n→ ${valueText(after, 2_000)}`}>
      <span className="mono field-path">
        {sign !== "" && (
          <>
            <span className="visually-hidden">{sign === "+" ? t`added: ` : t`removed: `}</span>
            <b aria-hidden="true">{sign} </b>
          </>
        )}
        {path.replace(/([.\]])/g, "$1\u200b")}
      </span>
      <span className="mono field-values">
        {before !== undefined && <del>{valueText(before)}</del>}
        {before !== undefined && after !== undefined && <span className="dimmer"> → </span>}
        {after !== undefined && <ins>{valueText(after)}</ins>}
      </span>
    </li>
  );
}

function Revision({ revision, before, first }: { readonly revision: ObjectHistory["revisions"][number]; readonly before: ObjectHistory["revisions"][number] | null; readonly first: boolean }) {
  const { look } = useApp();
  const [all, setAll] = useState(false);
  const changes = useMemo(() => (before === null ? [] : fieldChanges(before.object, revision.object)), [before, revision]);
  const writers = useMemo(() => writersOf(before?.object, revision.object), [before, revision]);
  const { why } = revision;
  const who = before === null && !first ? "" : writers.length > 0 ? writers.join(", ") : (why?.component ?? "");
  const shown = all ? changes : changes.slice(0, fieldsShown);
  return (
    <li className="revision">
      <header>
        <button className="link mono" title={t`Look at the cluster as it was then`} onClick={() => look.at(revision.at)}>
          {clockText(revision.at).replace(/^00:0?/, "")}
        </button>
        <span className="mono dimmer">{t`rev ${groupedNumber(revision.revision)}`}</span>
        <span className="revision-who">{who}</span>
      </header>
      <p className="dim">{why === null ? t`What led to it is no longer known.` : who === why.component ? why.text : `${why.component}: ${why.text}`}</p>
      {before === null ? (
        <p className="dimmer">{first ? t`the first revision` : t`the oldest that is shown`}</p>
      ) : changes.length === 0 ? (
        <p className="dimmer">{t`nothing but its version changed`}</p>
      ) : (
        <ul className="field-changes">
          {shown.map((change) => (
            <Change key={change.path} change={change} />
          ))}
        </ul>
      )}
      {changes.length > fieldsShown && (
        <button className="link" onClick={() => setAll(!all)}>
          {all ? t`fewer fields` : t`${changes.length - fieldsShown} more fields`}
        </button>
      )}
    </li>
  );
}

/** All revisions of an object that are kept, the newest first: what each changed, and what wrote it. */
export function HistoryView({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const found = useLive(`history/${fact.uid}/${past}`, async () => ({ is: await client.ask<ObjectHistory | null>({ type: "history", uid: fact.uid, limit: mostRevisions }) }), () => 1_200);
  if (found === null) return <Reading>{t`Reading its revisions.`}</Reading>;
  if (found.is === null || found.is.revisions.length === 0) return <p className="empty">{t`No revision of it is kept.`}</p>;
  const { revisions, older } = found.is;
  return (
    <ol className="revisions" reversed>
      {[...revisions].reverse().map((revision, index) => (
        <Revision key={revision.revision} revision={revision} before={revisions[revisions.length - 2 - index] ?? null} first={older === 0} />
      ))}
      {older > 0 && <li className="dimmer small">{t`and ${groupedNumber(older)} older`}</li>}
    </ol>
  );
}
