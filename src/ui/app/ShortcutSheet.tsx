import { Fragment } from "react";
import { useApp, useView } from "./appModel.ts";
import { pageCommands } from "./commands.ts";
import { Modal } from "./Modal.tsx";
import { t } from "../language/text.ts";

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
            <Fragment key={command.id}>
              <span>{command.label}</span>
              <kbd>{command.shortcut}</kbd>
            </Fragment>
          ))}
        <span>{t`Move through the graph, once it has the focus`}</span>
        <kbd>{t`arrows`}</kbd>
        <span>{t`Look back on the timeline, once it has the focus`}</span>
        <kbd>← →</kbd>
        <span>{t`The same from mark to mark`}</span>
        <kbd>{t`Shift ← →`}</kbd>
        <span>{t`Let Tab leave the editor`}</span>
        <kbd>{t`Ctrl M`}</kbd>
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
