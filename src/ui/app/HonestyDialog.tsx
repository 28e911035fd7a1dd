import { useEffect, useState } from "react";
import { useApp, useView } from "./appModel.ts";
import { Modal } from "./Modal.tsx";
import { t } from "../language/text.ts";

interface Honesty {
  readonly component: string;
  readonly implemented: readonly string[];
  readonly notImplemented: readonly string[];
}

/** What each component says of itself: what it does, and what it does not do yet. */
export function HonestyDialog() {
  const { view, client } = useApp();
  const open = useView((state) => state.dialog === "honesty");
  const [parts, setParts] = useState<readonly Honesty[] | null>(null);
  useEffect(() => {
    if (open) void client.ask<readonly Honesty[] | null>({ type: "honesty" }).then((answer) => setParts(answer ?? []));
  }, [open, client]);
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title={t`What is simulated, and what is not`} lead={t`Each component's own list. What it does not do, it refuses or names in a warning; it never pretends.`}>
      <div className="honesty">
        {(parts ?? []).map((part) => (
          <section key={part.component}>
            <h3>{part.component}</h3>
            <p className="cap">{t`does`}</p>
            <ul>
              {part.implemented.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            {part.notImplemented.length > 0 && <p className="cap">{t`does not do yet`}</p>}
            <ul>
              {part.notImplemented.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="acts">
        <button className="btn primary" onClick={close}>
          {t`Close`}
        </button>
      </div>
    </Modal>
  );
}
