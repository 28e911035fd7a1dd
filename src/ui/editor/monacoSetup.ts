import * as monaco from "monaco-editor/editor/editor.api.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/codeEditor/register.js";
import "monaco-editor/features/codicon/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/dnd/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/gotoError/register.js";
import "monaco-editor/features/gotoLine/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/lineSelection/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/links/register.js";
import "monaco-editor/features/longLinesHelper/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/quickCommand/register.js";
import "monaco-editor/features/readOnlyMessage/register.js";
import "monaco-editor/features/smartSelect/register.js";
import "monaco-editor/features/snippet/register.js";
// The list of completions itself: the feature "suggest" has only those within the line.
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/unicodeHighlighter/register.js";
import "monaco-editor/features/unusualLineTerminators/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "monaco-editor/features/wordPartOperations/register.js";
import "monaco-editor/languages/definitions/yaml/register.js";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import { onColours, themeNow } from "../app/theme.ts";

/** What the editor draws in, taken from the design's tokens: [rule, variable]. */
const tokenColours = [
  ["type", "--code-key"],
  ["string", "--code-str"],
  ["string.yaml", "--code-str"],
  ["number", "--code-num"],
  ["keyword", "--code-num"],
  ["comment", "--code-com"],
  ["tag", "--code-num"],
  ["operators", "--text-3"],
] as const;

const surfaceColours = {
  "editor.background": "--panel",
  "editor.foreground": "--text",
  "editorLineNumber.foreground": "--text-3",
  "editorLineNumber.activeForeground": "--text",
  "editorCursor.foreground": "--brass",
  "editorGutter.background": "--panel",
  "editorIndentGuide.background1": "--line",
  "editorIndentGuide.activeBackground1": "--line-strong",
  "editorWidget.background": "--raised",
  "editorWidget.border": "--line-strong",
  "editorSuggestWidget.background": "--raised",
  "editorSuggestWidget.border": "--line-strong",
  "editorSuggestWidget.foreground": "--text",
  "editorSuggestWidget.highlightForeground": "--brass",
  // Its own for the chosen one are white, whatever it stands on.
  "editorSuggestWidget.selectedForeground": "--text",
  "editorSuggestWidget.selectedIconForeground": "--text",
  "editorSuggestWidget.focusHighlightForeground": "--brass",
  "editorHoverWidget.background": "--raised",
  "editorHoverWidget.border": "--line-strong",
  "editorError.foreground": "--fail",
  "editorWarning.foreground": "--warn",
  "focusBorder": "--brass",
  "editorBracketMatch.border": "--line-strong",
  "input.background": "--panel",
} as const;

/** In six digits: builds shorten colours to three, which the editor does not take. */
function hex(style: CSSStyleDeclaration, variable: string): string {
  return style.getPropertyValue(variable).trim().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
}

function defineTheme(name: "light" | "dark"): void {
  const style = getComputedStyle(document.documentElement);
  monaco.editor.defineTheme(`orrery-${name}`, {
    base: name === "light" ? "vs" : "vs-dark",
    inherit: true,
    rules: tokenColours.map(([token, variable]) => ({ token, foreground: hex(style, variable).replace("#", "") })),
    colors: {
      ...Object.fromEntries(Object.entries(surfaceColours).map(([key, variable]) => [key, hex(style, variable)])),
      "editor.lineHighlightBackground": `${hex(style, "--brass")}14`,
      "editor.lineHighlightBorder": "#00000000",
      "editor.selectionBackground": `${hex(style, "--brass")}38`,
      "editorSuggestWidget.selectedBackground": `${hex(style, "--brass")}2e`,
      "scrollbar.shadow": "#00000000",
      "scrollbarSlider.background": `${hex(style, "--line-strong")}66`,
      "scrollbarSlider.hoverBackground": `${hex(style, "--line-strong")}99`,
    },
  });
}

/** Draws all editors in the page's theme. */
export function drawInTheme(): void {
  const name = themeNow();
  defineTheme(name);
  monaco.editor.setTheme(`orrery-${name}`);
}

let ready = false;

/** Done once, before the first editor. */
export function setUpMonaco(): typeof monaco {
  if (!ready) {
    ready = true;
    self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
    registerYamlHelp();
    onColours(drawInTheme);
  }
  drawInTheme();
  return monaco;
}

/** Teaches the editor the schema: completion of fields and values, and their official descriptions. The schema comes when it is first asked for. */
function registerYamlHelp(): void {
  const help = () => import("./yamlHelp.ts");
  monaco.languages.registerCompletionItemProvider("yaml", { triggerCharacters: [" ", "-"], provideCompletionItems: async (model, position) => ({ suggestions: (await help()).completions(monaco, model, position) }) });
  monaco.languages.registerHoverProvider("yaml", { provideHover: async (model, position) => (await help()).hover(monaco, model, position) });
}
