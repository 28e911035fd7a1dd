import { useMemo } from "react";
import { goYaml } from "../../kubectl/output/goYaml.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { useApp } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { t } from "../language/text.ts";
import { applyAll } from "./applyFiles.ts";
import type { Change } from "./applyEngine.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

/** What changes with every write, or is only the server's bookkeeping. */
function comparable(object: JsonObject | null): string {
  if (object === null) return "";
  const { managedFields: _m, resourceVersion: _r, generation: _g, uid: _u, creationTimestamp: _c, annotations, ...meta } = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const { "kubectl.kubernetes.io/last-applied-configuration": _l, ...kept } = isJsonObject(annotations) ? annotations : {};
  const { status: _s, ...rest } = object;
  return goYaml({ ...rest, metadata: { ...meta, ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }) } });
}

const words = { "+": t`added`, "-": t`taken away`, " ": "" } as const;

/** What an apply would change, as the server answered to the dry run. */
export function DiffDialog({ changes, close }: { readonly changes: readonly Change[]; readonly close: () => void }) {
  const app = useApp();
  const diffs = useMemo(() => changes.map(({ label, before, after }) => ({ label, created: before === null, hunks: unifiedDiff(comparable(before), comparable(after)) })), [changes]);
  return (
    <Modal open onClose={close} title={t`What Apply would change`} lead={t`Asked of the server with a dry run: admission and defaults included, nothing was stored.`}>
      <div className="diffs" tabIndex={0} role="region" aria-label={t`Differences`}>
        {diffs.map(({ label, created, hunks }) => (
          <section key={label}>
            <h3>
              {label} <span className="dimmer">{created ? t`is new` : hunks.length === 0 ? t`stays as it is` : t`changes`}</span>
            </h3>
            {hunks.map((lines, index) => (
              <pre key={index} className="diff">
                {lines.map(({ sign, text }, at) => (
                  <div key={at} className={sign === "+" ? "added" : sign === "-" ? "taken" : undefined}>
                    <span aria-hidden="true">{sign} </span>
                    {sign !== " " && <span className="visually-hidden">{words[sign]}: </span>}
                    {text}
                  </div>
                ))}
              </pre>
            ))}
          </section>
        ))}
      </div>
      <div className="acts">
        <button className="btn quiet" onClick={close}>
          {t`Close`}
        </button>
        <button
          className="btn primary"
          onClick={() => {
            close();
            void applyAll(app);
          }}
        >
          {t`Apply`}
        </button>
      </div>
    </Modal>
  );
}
