import { useMemo, useState } from "react";
import { stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { failureText, succeeded } from "../engine/failureText.ts";
import { factPath } from "../engine/paths.ts";
import { useLive } from "../engine/useLive.ts";
import { highlightYaml } from "./highlightYaml.ts";

function withoutManagedFields(object: JsonObject): Json {
  const meta = object["metadata"];
  if (!isJsonObject(meta)) return object;
  const { managedFields: _, ...rest } = meta;
  return { ...object, metadata: rest };
}

/** The object as the API server tells it now, or as it was at the time that is looked at. */
export function YamlView({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const [managed, setManaged] = useState(false);
  const past = useCluster((state) => state.lookingAt !== null);
  const answer = useLive(`yaml/${fact.uid}`, async () => {
    if (!past) return client.read({ verb: "get", path: factPath(fact) });
    const body = await client.ask<Json>({ type: "object", uid: fact.uid });
    return { code: body === null ? 404 : 200, body, warnings: [] };
  });
  const body = answer !== null && isJsonObject(answer.body) ? answer.body : null;
  const lines = useMemo(() => (body === null ? [] : highlightYaml(stringify(managed ? body : withoutManagedFields(body), { lineWidth: 0 }))), [body, managed]);
  if (answer === null) return <p className="empty">Reading the object.</p>;
  if (!succeeded(answer)) return <p className="empty">{failureText(answer)}</p>;
  return (
    <>
      <div className="yaml-bar">
        <label>
          <input type="checkbox" checked={managed} onChange={(event) => setManaged(event.target.checked)} /> managed fields
        </label>
      </div>
      <div className="yaml" role="document" aria-label="YAML">
        {lines.map((tokens, index) => (
          <div key={index}>
            {tokens.map((token, at) => (
              <span key={at} className={token.type}>
                {token.text}
              </span>
            ))}
            {tokens.length === 0 ? " " : ""}
          </div>
        ))}
      </div>
    </>
  );
}
