import { freshRecording, useApp, useEditor } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { say } from "../app/say.ts";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { t } from "../language/text.ts";

/** Asks what is to be put back, and can take it back. */
export function ResetDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const app = useApp();
  const files = useEditor((state) => state.files);
  const changed = files.filter(({ text, original }) => original !== null && text !== original);
  const one = files.filter(({ original }) => original !== null).length === 1;
  const resetFiles = () => {
    const before = files;
    app.editor.setState({ files: files.map((file) => (file.original === null ? file : { ...file, text: file.original })) });
    say.undoable(one ? t`The file is as it came.` : t`The files are as they came.`, () => app.editor.setState({ files: before }));
    onClose();
  };
  const resetRun = async () => {
    const { files: filesBefore } = app.editor.getState();
    const doorBefore = app.door.store.getState();
    const recording = await app.client.ask<ClusterRecording>({ type: "recording" });
    const at = recording.checkpoints.at(-1)?.at ?? app.cluster.getState().now;
    app.view.setState({ selection: null });
    app.editor.setState({ files: filesBefore.map((file) => ({ ...file, applied: null })) });
    app.door.again();
    app.open(freshRecording(app.loaded));
    say.undoable(t`The run begins anew.`, () => {
      app.editor.setState({ files: filesBefore });
      app.door.store.setState(doorBefore);
      app.open(recording, at);
    });
    onClose();
  };
  return (
    <Modal open={open} onClose={onClose} title={t`Reset`} lead={one ? t`Put the file back as it came, or begin the run anew on an empty cluster. Either can be undone.` : t`Put the files back as they came, or begin the run anew on an empty cluster. Either can be undone.`}>
      <div className="acts">
        <button className="btn quiet" onClick={onClose}>
          {t`Cancel`}
        </button>
        <button className="btn" onClick={() => void resetRun()}>
          {t`Begin the run anew`}
        </button>
        <button className="btn primary" disabled={changed.length === 0} onClick={resetFiles}>
          {changed.length === 0 ? one ? t`The file is as it came` : t`Files are as they came` : t`Reset ${changed.length === 1 ? (changed[0]?.name ?? t`file`) : t`${changed.length} files`}`}
        </button>
      </div>
    </Modal>
  );
}
