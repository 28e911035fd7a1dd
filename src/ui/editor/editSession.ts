import type { AppModel } from "../app/appModel.ts";
import type { EditorFile } from "../stores/editorStore.ts";

/** Opens a text in a tab of its own until the person saves it or gives it up (`kubectl edit`). Settles with the text, or with null. */
export function editInTab(app: AppModel, name: string, text: string): Promise<string | null> {
  const { editor } = app;
  const taken = new Set(editor.getState().files.map((file) => file.name));
  let tab = name;
  for (let count = 2; taken.has(tab); count++) tab = name.replace(/\.yaml$/, `-${count}.yaml`);
  const before = editor.getState().active;
  return new Promise((resolve) => {
    const end = (saved: boolean): void => {
      const file = editor.getState().files.find((one) => one.name === tab);
      editor.setState(({ files, active }) => ({ files: files.filter((one) => one.name !== tab), active: active === tab ? before : active }));
      resolve(saved && file !== undefined && file.text !== text ? file.text : null);
    };
    const file: EditorFile = { name: tab, text, original: null, applied: null, editing: end };
    editor.setState(({ files }) => ({ files: [...files, file], active: tab }));
  });
}
