import { Fragment } from "react";
import { useApp, useView } from "./appModel.ts";
import { pageCommands } from "./commands.ts";
import { Modal } from "./Modal.tsx";

export function ShortcutSheet() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "shortcuts");
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title="Keyboard" lead="Everything on this page can be done without a pointer.">
      <div className="sheet">
        {pageCommands
          .filter((command) => command.shortcut !== undefined)
          .map((command) => (
            <Fragment key={command.id}>
              <span>{command.label}</span>
              <kbd>{command.shortcut}</kbd>
            </Fragment>
          ))}
        <span>Move through the graph, once it has the focus</span>
        <kbd>arrows</kbd>
        <span>Look back on the timeline, once it has the focus</span>
        <kbd>← →</kbd>
        <span>The same from mark to mark</span>
        <kbd>Shift ← →</kbd>
        <span>Let Tab leave the editor</span>
        <kbd>Ctrl M</kbd>
      </div>
      <div className="acts">
        <button className="btn" onClick={() => view.setState({ dialog: "honesty" })}>
          What is simulated
        </button>
        <button className="btn primary" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  );
}
