import { useEffect, useRef } from "react";
import { useApp } from "../app/appModel.ts";
import { onColours } from "../app/theme.ts";
import { onScale, scaleNow } from "../design/scale.ts";
import { t } from "../language/text.ts";
import { pointBothWays } from "../pointing/editorPointing.ts";
import { patchFile, type EditorState, type Problem } from "../stores/editorStore.ts";
import { colourShown, type ColouredEditor } from "./colourShown.ts";
import { manifestLimits } from "./manifestLimits.ts";
import { changedLines, runsOf } from "./lineDiff.ts";
import { setUpMonaco } from "./monacoSetup.ts";
import { nextLineIndent } from "./nextLineIndent.ts";

type Monaco = ReturnType<typeof setUpMonaco>;
type CodeEditor = ReturnType<Monaco["editor"]["create"]>;
type Model = ReturnType<Monaco["editor"]["createModel"]>;

const options = {
  language: "yaml",
  ariaLabel: "Manifest",
  automaticLayout: true,
  minimap: { enabled: false },
  fontFamily: '"IBM Plex Mono", ui-monospace, monospace',
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 14,
  glyphMargin: false,
  folding: false,
  scrollBeyondLastLine: false,
  padding: { top: 8, bottom: 8 },
  tabSize: 2,
  insertSpaces: true,
  renderLineHighlight: "line",
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  stickyScroll: { enabled: false },
  wordBasedSuggestions: "off",
  quickSuggestions: { other: true, strings: true, comments: false },
  fixedOverflowWidgets: true,
  // Its colours would be none of ours.
  bracketPairColorization: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false },
  scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8 },
  contextmenu: false,
  // A plain text area takes the keys: screen readers, input methods and tests know how to write into one.
  editContext: false,
  accessibilityPageSize: 2_000,
  // Text that comes in whole keeps its own indentation; Enter has its own rule below.
  autoIndent: "none",
  formatOnPaste: false,
} as const;

function markerSeverity(monaco: Monaco, severity: Problem["severity"]) {
  const { Error: error, Warning: warning, Info: info } = monaco.MarkerSeverity;
  return { error, warning, info }[severity];
}

function markers(monaco: Monaco, state: EditorState, file: string) {
  return state.problems
    .filter((problem) => problem.file === file)
    .map((problem) => ({
      severity: markerSeverity(monaco, problem.severity),
      message: problem.by === "server" ? t`${problem.message}\n(the API server)` : problem.message,
      startLineNumber: problem.line,
      startColumn: problem.column,
      endLineNumber: problem.endLine,
      endColumn: problem.endColumn,
    }));
}

/** Lines with a problem, and lines that differ from what was applied, each with its stripe in the margin. */
function lineMarks(monaco: Monaco, state: EditorState, file: string) {
  const { text, applied } = state.files.find(({ name }) => name === file) ?? { text: "", applied: null };
  const changed = applied === null || applied === text || text.length > manifestLimits.characters ? [] : changedLines(applied, text);
  const wrong = state.problems.filter((problem) => problem.file === file && problem.severity === "error");
  const noted = state.problems.filter((problem) => problem.file === file && problem.severity === "info");
  return [
    ...noted.map(({ line }) => ({ range: new monaco.Range(line, 1, line, 1), options: { isWholeLine: true, linesDecorationsClassName: "line-noted" } })),
    ...runsOf(changed).map(([first, last]) => ({ range: new monaco.Range(first, 1, last, 1), options: { isWholeLine: true, linesDecorationsClassName: "line-changed" } })),
    ...wrong.map(({ line }) => ({ range: new monaco.Range(line, 1, line, 1), options: { isWholeLine: true, className: "line-wrong", linesDecorationsClassName: "line-wrong-mark" } })),
  ];
}

function sizes() {
  const scale = scaleNow();
  return { fontSize: 12.5 * scale, lineHeight: Math.round(19 * scale), cursorWidth: scale > 1 ? 4 : 2 };
}

/** The editor: one model a file, so that each keeps its undo history. */
export function MonacoEditor() {
  const app = useApp();
  const { editor: store } = app;
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = ref.current;
    if (host === null) return;
    const monaco = setUpMonaco();
    const models = new Map<string, Model>();
    const code: CodeEditor = monaco.editor.create(host, { ...options, ...sizes(), model: null });
    code.addCommand(
      monaco.KeyCode.Enter,
      () => {
        const selection = code.getSelection();
        const model = code.getModel();
        if (selection === null || model === null) return;
        const before = model.getLineContent(selection.startLineNumber).slice(0, selection.startColumn - 1);
        code.pushUndoStop();
        code.executeEdits("enter", [{ range: selection, text: `${model.getEOL()}${nextLineIndent(before)}`, forceMoveMarkers: true }]);
        code.pushUndoStop();
        const end = code.getPosition();
        if (end !== null) code.revealPosition(end);
      },
      "editorTextFocus && !suggestWidgetVisible && !renameInputVisible && !findWidgetVisible",
    );
    const marks = code.createDecorationsCollection();
    const views = new Map<string, ReturnType<CodeEditor["saveViewState"]>>();
    let shown = "";
    let writing = false;
    let due = 0;
    // With the next picture, not within the paste or the word of a check that it is about.
    const drawSoon = () => {
      due ||= requestAnimationFrame(() => {
        due = 0;
        marks.set(lineMarks(monaco, store.getState(), shown));
        colourShown(code as ColouredEditor);
      });
    };
    const modelOf = (name: string, text: string): Model => {
      const known = models.get(name);
      if (known !== undefined) return known;
      const model = monaco.editor.createModel(text, "yaml");
      // Manifests have few brackets, and colouring their pairs reads the whole text in one go, on the page's thread.
      model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
      model.onDidChangeContent(() => {
        if (!writing) patchFile(store, name, { text: model.getValue() });
      });
      models.set(name, model);
      return model;
    };
    const take = (state: EditorState) => {
      for (const { name, text } of state.files) {
        const model = modelOf(name, text);
        if (model.getValueLength() !== text.length || model.getValue() !== text) {
          writing = true;
          // As an edit, not a new value: undo reaches back over a reset.
          model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
          writing = false;
        }
        monaco.editor.setModelMarkers(model, "orrery", markers(monaco, state, name));
      }
      for (const [name, model] of models) {
        if (state.files.some((file) => file.name === name)) continue;
        if (shown === name) {
          shown = "";
          code.setModel(null);
        }
        model.dispose();
        models.delete(name);
        views.delete(name);
      }
      if (shown !== state.active) {
        if (shown !== "") views.set(shown, code.saveViewState());
        shown = state.active;
        code.setModel(models.get(shown) ?? null);
        const saved = views.get(shown);
        if (saved !== undefined && saved !== null) code.restoreViewState(saved);
      }
      drawSoon();
    };
    take(store.getState());
    const stop = store.subscribe((state, before) => {
      take(state);
      if (state.reveal !== null && state.reveal !== before.reveal) {
        code.setPosition({ lineNumber: state.reveal.line, column: state.reveal.column });
        code.revealLineInCenterIfOutsideViewport(state.reveal.line);
        code.focus();
      }
    });
    const stopPointing = pointBothWays(code, app);
    const stopColours = onColours(drawSoon);
    const stopSizes = onScale(() => code.updateOptions(sizes()));
    return () => {
      stop();
      stopPointing();
      stopColours();
      stopSizes();
      cancelAnimationFrame(due);
      code.dispose();
      for (const model of models.values()) model.dispose();
    };
  }, [app, store]);
  return <div className="monaco-host" ref={ref} />;
}
