import { useRef, useState } from "react";
import { useApp, useEditor } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { saveFile } from "../app/saveFile.ts";
import { say } from "../app/say.ts";
import { t } from "../language/text.ts";
import { addFile, removeFile, renameFile } from "./workspaceFiles.ts";

function FileRow({ name }: { readonly name: string }) {
  const { editor } = useApp();
  const [wanted, setWanted] = useState(name);
  const [problem, setProblem] = useState<string | null>(null);
  const only = useEditor((state) => state.files.length === 1);
  const text = () => editor.getState().files.find((file) => file.name === name)?.text ?? "";
  const rename = () => {
    if (wanted === name) return;
    setProblem(renameFile(editor, name, wanted));
  };
  return (
    <li>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
      >
        <input className="field mono" aria-label={t`Name of ${name}`} aria-invalid={problem !== null} value={wanted} onChange={(event) => setWanted(event.target.value)} onBlur={rename} />
      </form>
      <button className="btn compact" aria-label={t`Download ${name}`} onClick={() => saveFile(name, text())}>
        {t`Download`}
      </button>
      <button
        className="btn compact danger"
        aria-label={t`Delete ${name}`}
        disabled={only}
        onClick={() => {
          const undo = removeFile(editor, name);
          if (undo !== null) say.undoable(t`${name} is deleted from the workspace. What was applied from it stays in the cluster.`, undo);
        }}
      >
        {t`Delete`}
      </button>
      {problem !== null && <span className="st-failed state small">✕ {problem}</span>}
    </li>
  );
}

/** The workspace's files: new ones, names, copies, an end. */
export function FilesDialog({ close }: { readonly close: () => void }) {
  const { editor } = useApp();
  const files = useEditor((state) => state.files);
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const add = (wanted: string, text: string): boolean => {
    const wrong = addFile(editor, wanted, text);
    setProblem(wrong);
    return wrong === null;
  };
  return (
    <Modal open onClose={close} title={t`Files`} lead={t`The files of this workspace. They stay in this browser; the terminal sees them as its working directory.`}>
      <ul className="file-rows">
        {files
          .filter(({ editing }) => editing === undefined)
          .map((file) => (
            <FileRow key={file.name} name={file.name} />
          ))}
      </ul>
      <form
        className="file-new"
        onSubmit={(event) => {
          event.preventDefault();
          if (!add(/\.[a-z]+$/.test(name) ? name : `${name}.yaml`, "")) return;
          setName("");
          close();
        }}
      >
        <input className="field mono" aria-label={t`Name of the new file`} placeholder={t`another.yaml`} value={name} onChange={(event) => setName(event.target.value)} />
        <button className="btn" disabled={name === ""}>
          {t`New file`}
        </button>
        <button className="btn" type="button" onClick={() => chooser.current?.click()}>
          {t`Add from disk`}
        </button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          accept=".yaml,.yml,.json,.txt,.sh,.md"
          onChange={(event) => {
            for (const file of event.target.files ?? []) void file.text().then((text) => add(file.name, text));
            event.target.value = "";
          }}
        />
        {problem !== null && (
          <span className="st-failed state small" role="alert">
            ✕ {problem}
          </span>
        )}
      </form>
      <div className="acts">
        <button className="btn primary" onClick={close}>
          {t`Close`}
        </button>
      </div>
    </Modal>
  );
}
