import type { ReactNode } from "react";
import { useApp, useView } from "./appModel.ts";
import { pageCommands } from "./commands.ts";
import { Modal } from "./Modal.tsx";
import { t } from "../language/text.ts";

function Row({ keys, children }: { readonly keys: string; readonly children: ReactNode }) {
  return (
    <div className="sheet-row">
      <span>{children}</span>
      <kbd>{keys}</kbd>
    </div>
  );
}

export function ShortcutSheet() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "shortcuts");
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title={t`Keyboard`} lead={t`Everything on this page can be done without a pointer.`}>
      <div className="sheet">
        {pageCommands
          .filter((command) => command.shortcut !== undefined)
          .map((command) => (
            <Row key={command.id} keys={command.shortcut ?? ""}>
              {command.label}
            </Row>
          ))}
        <Row keys={t`arrows`}>{t`Move through the graph, once it has the focus`}</Row>
        <Row keys="← →">{t`Look back on the timeline, once it has the focus`}</Row>
        <Row keys={t`Shift ← →`}>{t`The same from mark to mark`}</Row>
        <Row keys={t`Ctrl M`}>{t`Let Tab leave the editor`}</Row>
      </div>
      <div className="acts">
        <button className="btn" onClick={() => view.setState({ dialog: "honesty" })}>
          {t`What is simulated`}
        </button>
        <button className="btn primary" onClick={close}>
          {t`Close`}
        </button>
      </div>
    </Modal>
  );
}
