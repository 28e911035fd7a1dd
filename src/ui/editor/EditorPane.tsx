import { FolderOpen, RotateCcw } from "lucide-react";
import { Tabs } from "radix-ui";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useApp, useCluster, useEditor } from "../app/appModel.ts";
import { plural, t } from "../language/text.ts";
import { patchFile, setProblems } from "../stores/editorStore.ts";
import { applyAll, dryRunAll } from "./applyFiles.ts";
import { checkFiles, startChecker } from "./checker.ts";
import "./editor.css";
import { changedLines } from "./lineDiff.ts";
import { useCrossChecks } from "./useCrossChecks.ts";
import { ResetDialog } from "./ResetDialog.tsx";

const MonacoEditor = lazy(() => import("./MonacoEditor.tsx").then((module) => ({ default: module.MonacoEditor })));

const FilesDialog = lazy(() => import("./FilesDialog.tsx").then((module) => ({ default: module.FilesDialog })));
const DiffDialog = lazy(() => import("./DiffDialog.tsx").then((module) => ({ default: module.DiffDialog })));

/** How long typing rests before the text is checked. */
const checkDelayMs = 250;

/** A cluster that is not up by then does not keep the editor waiting. */
const longestWaitMs = 2_500;

/** The cluster first: the editor's code is large, and reading it would take the page's thread from the start of the cluster. */
function useEditorsTurn(): boolean {
  const starting = useCluster((state) => state.booting && state.failure === null);
  const [turn, setTurn] = useState(false);
  useEffect(() => {
    if (turn) return;
    const timer = setTimeout(() => setTurn(true), starting ? longestWaitMs : 0);
    return () => clearTimeout(timer);
  }, [starting, turn]);
  return turn;
}

/** Until the editor is there: the same text in a plain field, which is as good to read, to type in and to apply from. */
function PlainEditor({ file, text }: { readonly file: string; readonly text: string }) {
  const { editor } = useApp();
  return <textarea className="plain-editor" aria-label={t`Manifest`} spellCheck={false} value={text} onChange={(event) => patchFile(editor, file, { text: event.target.value })} />;
}

/** Checks the text against YAML and schema when typing rests. Text that nobody has touched needs neither, so a first visit does not load them. */
function useChecks(): void {
  const { editor } = useApp();
  useEffect(() => {
    const seen = new Map<string, string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = async () => {
      const touched = editor.getState().files.filter(({ name, text, original }) => text !== (seen.get(name) ?? original ?? ""));
      if (touched.length === 0) return;
      for (const { name, text } of touched) {
        seen.set(name, text);
        const problems = await checkFiles({ type: "file", file: { name, text } });
        // A text that was changed meanwhile is asked about by itself.
        if (seen.get(name) === text) setProblems(editor, name, ["yaml", "schema"], problems);
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(), checkDelayMs);
    };
    soon();
    const stop = editor.subscribe((state, before) => {
      if (state.files === before.files) return;
      // The server's words were about the text that was sent: they go with the first change, not when this text was checked.
      for (const { name, text } of state.files) {
        const known = before.files.find((file) => file.name === name);
        if (known !== undefined && known.text !== text) setProblems(editor, name, ["server"], []);
      }
      soon();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [editor]);
}

function differenceText(files: ReturnType<typeof useFilesForFoot>): string {
  if (files.every(({ applied }) => applied === null)) return t`not applied yet`;
  let lines = 0;
  for (const { text, applied } of files) lines += applied === null ? text.split("\n").length : text.length > 400_000 ? 0 : changedLines(applied, text).length;
  const removed = files.some(({ text, applied }) => applied !== null && applied !== text);
  if (lines === 0) return removed ? t`lines taken out` : t`as applied`;
  return t`${lines} ${plural(lines, "line differs", "lines differ")} from what was applied`;
}

function useFilesForFoot() {
  return useEditor((state) => state.files);
}

function Foot() {
  const app = useApp();
  const [resetting, setResetting] = useState(false);
  const busy = useEditor((state) => state.busy);
  const files = useFilesForFoot();
  const running = useCluster((state) => state.running && state.failure === null);
  const active = useEditor((state) => state.active);
  const editing = files.find(({ name }) => name === active)?.editing;
  if (editing !== undefined) {
    return (
      <div className="editor-foot">
        <button className="btn primary" onClick={() => editing(true)}>
          {t`Save`}
        </button>
        <button className="btn" onClick={() => editing(false)}>
          {t`Cancel`}
        </button>
        <span className="small dimmer foot-note">{t`kubectl edit: saved to the cluster, not to a file`}</span>
      </div>
    );
  }
  return (
    <div className="editor-foot">
      <button className="btn primary" disabled={busy !== null || !running} onClick={() => void applyAll(app)} title={t`Apply all files (Ctrl Enter)`}>
        {t`Apply`}{" "}<kbd aria-hidden="true">{t`Ctrl ⏎`}</kbd>
      </button>
      <button className="btn" disabled={busy !== null || !running} onClick={() => void dryRunAll(app)}>
        {t`Dry run`}
      </button>
      <span className="small dimmer foot-note">{differenceText(files)}</span>
      <button className="icon-btn" aria-label={t`Reset`} title={files.length === 1 ? t`Reset the file or the run` : t`Reset files or run`} onClick={() => setResetting(true)}>
        <RotateCcw size={14} />
      </button>
      <ResetDialog open={resetting} onClose={() => setResetting(false)} />
    </div>
  );
}

const problemState = { error: "st-failed", warning: "st-warning", info: "st-progressing" } as const;

function ProblemList() {
  const { editor } = useApp();
  const active = useEditor((state) => state.active);
  const problems = useEditor((state) => state.problems);
  const here = problems.filter(({ file }) => file === active);
  if (here.length === 0) return null;
  return (
    <ol className="problem-list" aria-label={t`Problems`}>
      {here.slice(0, 6).map((problem, index) => (
        <li key={index} className={problemState[problem.severity]}>
          <button onClick={() => editor.setState({ reveal: problem })}>
            <span className="mono dimmer">{problem.line}</span>
            <span>
              {problem.message}
              {problem.by === "server" && problem.severity !== "info" && <span className="dimmer">{" "}{t`— the API server`}</span>}
              {problem.by === "drift" && <span className="dimmer">{" "}{t`(drift)`}</span>}
            </span>
          </button>
        </li>
      ))}
      {here.length > 6 && <li className="dimmer">{t`and ${here.length - 6} more`}</li>}
    </ol>
  );
}

/** The dialogs of the workspace, fetched when they are first opened. */
function Dialogs({ files, closeFiles }: { readonly files: boolean; readonly closeFiles: () => void }) {
  const { editor } = useApp();
  const changes = useEditor((state) => state.changes);
  return (
    <Suspense fallback={null}>
      {files && <FilesDialog close={closeFiles} />}
      {changes !== null && <DiffDialog changes={changes} close={() => editor.setState({ changes: null })} />}
    </Suspense>
  );
}

/** Who reaches for the editor or for Apply will need the schema in a moment. */
function fetchAhead(): void {
  startChecker();
  void import("./applyEngine.ts");
}

/** The left side: the files, and the three things one does with them. */
export function EditorPane() {
  const app = useApp();
  const { editor } = app;
  const files = useEditor((state) => state.files);
  const active = useEditor((state) => state.active);
  const lit = useEditor((state) => state.lit);
  const problems = useEditor((state) => state.problems);
  const [managing, setManaging] = useState(false);
  useChecks();
  useCrossChecks(app);
  const editorsTurn = useEditorsTurn();
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const strip = tabs.current;
    if (strip === null) return;
    // Of many files the open one's name is in sight, also after the strip has become narrower.
    const resized = new ResizeObserver(() => strip.querySelector('[data-state="active"]')?.scrollIntoView({ block: "nearest", inline: "nearest" }));
    resized.observe(strip);
    return () => resized.disconnect();
  }, [active]);
  const file = files.find(({ name }) => name === active) ?? files[0];
  if (file === undefined) return null;
  return (
    <section className="editor" aria-label={t`Manifests`} onPointerEnter={fetchAhead} onFocus={fetchAhead}>
      <Tabs.Root className="editor-tabs" value={active} onValueChange={(next) => editor.setState({ active: next })}>
        <div className="editor-tab-row">
          <Tabs.List className="tabs" aria-label={t`Files`} ref={tabs}>
          {files.map(({ name, text, applied }) => {
            const wrong = problems.filter((one) => one.file === name && one.severity === "error").length;
            return (
              <Tabs.Trigger key={name} className={name === lit ? "tab tab-lit" : "tab"} value={name}>
                {name}
                {wrong > 0 ? (
                  <span className="tab-wrong" title={t`${wrong} ${plural(wrong, "problem", "problems")}`}>
                    ✕<span className="visually-hidden">{" "}{t`${wrong} ${plural(wrong, "problem", "problems")}`}</span>
                  </span>
                ) : (
                  text !== applied && (
                    <span className="tab-dot" title={applied === null ? t`not applied yet` : t`changed since it was applied`}>
                      <span className="visually-hidden">{t`not applied`}</span>
                    </span>
                  )
                )}
              </Tabs.Trigger>
            );
          })}
          </Tabs.List>
          <button className="icon-btn" aria-label={t`Files`} title={t`Files: new, rename, download, delete`} onClick={() => setManaging(true)}>
            <FolderOpen size={14} />
          </button>
        </div>
        <Tabs.Content className="editor-body" value={active} forceMount tabIndex={-1}>
          <Suspense fallback={<PlainEditor file={file.name} text={file.text} />}>{editorsTurn ? <MonacoEditor /> : <PlainEditor file={file.name} text={file.text} />}</Suspense>
        </Tabs.Content>
      </Tabs.Root>
      <ProblemList />
      <Foot />
      <Dialogs files={managing} closeFiles={() => setManaging(false)} />
    </section>
  );
}
