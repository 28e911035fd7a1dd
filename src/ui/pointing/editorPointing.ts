import type * as Monaco from "monaco-editor";
import type { AppModel } from "../app/appModel.ts";
import { pointAt } from "../stores/viewStore.ts";
import { documentAt, type DocumentLines } from "./documents.ts";
import { documentOf, uidsOf } from "./pointing.ts";

type CodeEditor = Monaco.editor.IStandaloneCodeEditor;

/**
 * The line under the pointer, or under the caret while one types, lights up what its document stands for in the graph; and what is pointed at or selected in
 * the graph lights up the lines it came from. Returns what ends it.
 */
export function pointBothWays(code: CodeEditor, { cluster, editor, view }: AppModel): () => void {
  const lit = code.createDecorationsCollection();
  const activeText = (): string => editor.getState().files.find(({ name }) => name === editor.getState().active)?.text ?? "";
  // Of the document that is pointed at, and of the cluster's objects as they were then: the pointer moves often.
  let last: DocumentLines | null = null;
  let lastStructure = -1;
  const point = (line: number | null) => {
    const document = line === null ? null : documentAt(activeText(), line);
    const { facts, edges, structure } = cluster.getState();
    if (document === last && (document === null || structure === lastStructure)) return;
    last = document;
    lastStructure = structure;
    pointAt(view, "editor", document === null ? [] : uidsOf(document, facts, edges.values()));
  };
  const caret = () => point(code.hasTextFocus() ? (code.getPosition()?.lineNumber ?? null) : null);
  const listening = [
    code.onMouseMove(({ target }) => point(target.position?.lineNumber ?? null)),
    code.onMouseLeave(caret),
    code.onDidChangeCursorPosition(caret),
    code.onDidBlurEditorText(() => point(null)),
  ];
  let shown = "";
  const light = () => {
    const { pointed, selection } = view.getState();
    const uid = pointed?.by === "graph" ? pointed.uids[0] : selection?.type === "object" ? selection.uid : undefined;
    const { facts, edges } = cluster.getState();
    const { files, active } = editor.getState();
    const found = uid === undefined ? null : documentOf(uid, facts, edges.values(), files);
    if (editor.getState().lit !== (found?.file ?? null)) editor.setState({ lit: found?.file ?? null });
    const lines = found === null || found.file !== active ? null : found.document;
    const now = lines === null ? "" : `${active} ${lines.from} ${lines.to}`;
    if (now === shown) return;
    shown = now;
    lit.set(lines === null ? [] : [{ range: { startLineNumber: lines.from, startColumn: 1, endLineNumber: lines.to, endColumn: 1 }, options: { isWholeLine: true, className: "line-pointed" } }]);
  };
  const stops = [
    // Pods that come while one points are its pods too.
    cluster.subscribe((state, before) => {
      if (state.structure !== before.structure && last !== null) pointAt(view, "editor", uidsOf(last, state.facts, state.edges.values()));
    }),
    view.subscribe((state, before) => void ((state.pointed !== before.pointed || state.selection !== before.selection) && light())),
    editor.subscribe((state, before) => void ((state.files !== before.files || state.active !== before.active) && light())),
  ];
  light();
  return () => {
    for (const one of listening) one.dispose();
    for (const stop of stops) stop();
    pointAt(view, "editor", []);
  };
}
