import { useMemo, useState } from "react";
import { stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { failureText, succeeded } from "../engine/failureText.ts";
import { factPath } from "../engine/paths.ts";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { clockText } from "../selectors/clockText.ts";
import { CopyButton } from "./CopyButton.tsx";
import { ownersOf, type FieldWriter } from "./fieldOwners.ts";
import { highlightYaml } from "./highlightYaml.ts";
import "./views.css";

function withoutManagedFields(object: JsonObject): JsonObject {
  const meta = object["metadata"];
  if (!isJsonObject(meta)) return object;
  const { managedFields: _, ...rest } = meta;
  return { ...object, metadata: rest };
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function letter(index: number): string {
  return letters[index] ?? "·";
}

function writerWords({ manager, operation, subresource }: FieldWriter): string {
  return `${manager}${subresource === "" ? "" : ` (${subresource})`}, ${operation === "Apply" ? t`server-side apply` : t`update`}`;
}

type Mode = "plain" | "writers" | "raw";

/** The object as the API server tells it now, or as it was at the time that is looked at: with who wrote each field, and when. */
export function YamlView({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const [mode, setMode] = useState<Mode>("plain");
  const [only, setOnly] = useState<number | null>(null);
  const past = useCluster((state) => state.lookingAt !== null);
  const epochUs = useCluster((state) => state.epochUs);
  const answer = useLive(`yaml/${fact.uid}`, async () => {
    if (!past) return client.read({ verb: "get", path: factPath(fact) });
    const body = await client.ask<Json>({ type: "object", uid: fact.uid });
    return { code: body === null ? 404 : 200, body, warnings: [] };
  });
  const body = answer !== null && isJsonObject(answer.body) ? answer.body : null;
  const yaml = useMemo(() => (body === null ? "" : stringify(mode === "raw" ? body : withoutManagedFields(body), { lineWidth: 0 })), [body, mode]);
  const lines = useMemo(() => (yaml === "" ? [] : highlightYaml(yaml)), [yaml]);
  const owned = useMemo(() => (mode !== "writers" || body === null ? null : ownersOf(yaml, isJsonObject(body["metadata"]) ? body["metadata"]["managedFields"] : undefined)), [yaml, body, mode]);
  if (answer === null) return <Reading>{t`Reading the object.`}</Reading>;
  if (!succeeded(answer)) return <p className="empty">{failureText(answer)}</p>;
  const timeText = ({ time }: FieldWriter) => (time === "" ? "" : clockText(Date.parse(time) * 1000 - epochUs).slice(0, 8));
  return (
    <>
      <div className="yaml-bar">
        <select className="field view-select" aria-label={t`Show`} value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
          <option value="plain">{t`the object`}</option>
          <option value="writers">{t`who wrote each field`}</option>
          <option value="raw">{t`with managedFields`}</option>
        </select>
        <CopyButton text={yaml} label={t`Copy YAML`} />
      </div>
      {owned !== null && (
        <ul className="writers" aria-label={t`Writers`}>
          {owned.writers.length === 0 && <li className="dimmer">{t`nobody is named: it was written without a field manager`}</li>}
          {owned.writers.map((writer, index) => (
            <li key={`${writer.manager}/${writer.subresource}/${writer.operation}`}>
              <button aria-pressed={only === index} onClick={() => setOnly(only === index ? null : index)} title={t`Show only what it wrote`}>
                <b className="writer-letter mono">{letter(index)}</b>
                <span>{writerWords(writer)}</span>
                <time className="mono dimmer" title={writer.time}>
                  {timeText(writer)}
                </time>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={owned === null ? "yaml" : "yaml owned"} role="document" aria-label="YAML">
        {lines.map((tokens, index) => {
          const who = owned?.lines[index] ?? [];
          const words = owned === null ? undefined : who.length === 0 ? undefined : who.map((one) => (owned.writers[one] === undefined ? "" : t`${writerWords(owned.writers[one])} at ${timeText(owned.writers[one])}`)).join("\n");
          return (
            <div key={index} className={owned !== null && only !== null && !who.includes(only) ? "other" : ""} title={words}>
              {owned !== null && <span className="writer-gutter">{who.map(letter).join("")}</span>}
              {tokens.map((token, at) => (
                <span key={at} className={token.type}>
                  {token.text}
                </span>
              ))}
              {tokens.length === 0 ? " " : ""}
            </div>
          );
        })}
      </div>
    </>
  );
}
