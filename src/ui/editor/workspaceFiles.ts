import { fileProblem, type EditorFile, type EditorStore } from "../stores/editorStore.ts";

/** Adds a file and shows it; a file of that name gets the new text. Why it cannot be, or null. */
export function addFile(store: EditorStore, name: string, text: string): string | null {
  const { files } = store.getState();
  const known = text !== "" && files.some((file) => file.name === name);
  const problem = fileProblem(files, name, text, known);
  if (problem !== null) return problem;
  store.setState({ files: known ? files.map((file) => (file.name === name ? { ...file, text } : file)) : [...files, { name, text, original: null, applied: null }], active: name });
  return null;
}

/** Gives a file another name. Why it cannot be, or null. */
export function renameFile(store: EditorStore, name: string, to: string): string | null {
  const { files, active, problems } = store.getState();
  const problem = fileProblem(files, to, "");
  if (problem !== null) return problem;
  store.setState({
    files: files.map((file): EditorFile => (file.name === name ? { ...file, name: to, original: null } : file)),
    active: active === name ? to : active,
    problems: problems.map((one) => (one.file === name ? { ...one, file: to } : one)),
  });
  return null;
}

/** Takes a file out of the workspace; the last one stays. Returns what puts it back, or null. */
export function removeFile(store: EditorStore, name: string): (() => void) | null {
  const before = store.getState();
  const at = before.files.findIndex((file) => file.name === name);
  const file = before.files[at];
  const rest = before.files.filter((one) => one.name !== name);
  if (file === undefined || rest.length === 0) return null;
  // What was applied from it is not forgotten: the next apply can prune it.
  const left = file.applied === null ? before.left : [...before.left, file.applied];
  store.setState({ files: rest, left, active: before.active === name ? (rest[Math.max(0, at - 1)]?.name ?? "") : before.active, problems: before.problems.filter((one) => one.file !== name) });
  return () => store.setState((state) => ({ files: state.files.some((one) => one.name === name) ? state.files : [...state.files.slice(0, at), file, ...state.files.slice(at)], left: before.left, active: name }));
}
