import { applyAll, dryRunAll } from "../editor/applyFiles.ts";
import { saveAsFile } from "../graph/save/asFile.ts";
import { t } from "../language/text.ts";
import { chooseFile } from "../share/openFile.ts";
import { isFolded, panelIds, panelLabels, setFolded, setProjector } from "../stores/panels.ts";
import { lensIds, lensLabels, setTheme, showDock, themeLabels, togglePin, type ThemeChoice } from "../stores/viewStore.ts";
import type { AppModel } from "./appModel.ts";
import { skip, step, togglePause } from "./transport.ts";

/** One record a command: the palette, the shortcut sheet and the key handler all read this list. */
export interface PageCommand {
  readonly id: string;
  readonly label: string;
  /** As shown: "Ctrl Enter". */
  readonly shortcut?: string;
  readonly keys?: (event: KeyboardEvent) => boolean;
  /** Works also while typing in the editor or a field. */
  readonly whileTyping?: true;
  readonly run: (app: AppModel) => void;
}

const plain = (key: string) => (event: KeyboardEvent) => event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey;
const withCtrl = (key: string) => (event: KeyboardEvent) => event.key.toLowerCase() === key && (event.ctrlKey || event.metaKey) && !event.altKey;

export const pageCommands: readonly PageCommand[] = [
  { id: "apply", label: t`Apply the manifests`, shortcut: t`Ctrl Enter`, keys: withCtrl("enter"), whileTyping: true, run: (app) => void applyAll(app) },
  { id: "dryRun", label: t`Dry run`, run: (app) => void dryRunAll(app) },
  { id: "palette", label: t`Search or run`, shortcut: t`Ctrl K`, keys: withCtrl("k"), whileTyping: true, run: (app) => app.view.setState({ paletteOpen: true }) },
  { id: "pause", label: t`Pause or resume`, shortcut: "Space", keys: plain(" "), run: togglePause },
  { id: "step", label: t`Step one event`, shortcut: ".", keys: plain("."), run: (app) => step(app, "event") },
  { id: "stepSecond", label: t`Step one second`, shortcut: "Shift .", keys: (event) => event.key === ">" && !event.ctrlKey, run: (app) => step(app, "second") },
  { id: "stepReconcile", label: t`Step to the next reconcile`, shortcut: "R", keys: plain("r"), run: (app) => step(app, "reconcile") },
  { id: "skip", label: t`Skip to the next interesting thing`, shortcut: "J", keys: plain("j"), run: skip },
  ...lensIds.map((id, index): PageCommand => ({ id, label: t`Lens: ${lensLabels[id]}`, shortcut: String(index + 1), keys: plain(String(index + 1)), run: (app) => app.view.setState({ lens: id }) })),
  { id: "find", label: t`Find in the graph`, shortcut: "/", keys: plain("/"), run: (app) => app.view.setState(({ findAsked }) => ({ findAsked: findAsked + 1 })) },
  { id: "fit", label: t`Fit the graph`, shortcut: "F", keys: plain("f"), run: (app) => app.view.setState(({ fitAsked }) => ({ fitAsked: fitAsked + 1, tree: false })) },
  { id: "saveSvg", label: t`Save the graph as SVG`, run: (app) => void saveAsFile("svg", app.view.getState().lens) },
  { id: "savePng", label: t`Save the graph as PNG`, run: (app) => void saveAsFile("png", app.view.getState().lens) },
  { id: "tree", label: t`Graph as a tree, and back`, shortcut: "T", keys: plain("t"), run: (app) => app.view.setState(({ tree }) => ({ tree: !tree })) },
  {
    id: "pin",
    label: t`Pin what is selected, or unpin it`,
    shortcut: "P",
    keys: plain("p"),
    run: ({ view }) => {
      const { selection } = view.getState();
      if (selection?.type === "object") togglePin(view, selection.uid);
    },
  },
  { id: "terminal", label: t`Terminal`, shortcut: "`", keys: plain("`"), run: (app) => showDock(app.view, "terminal") },
  { id: "events", label: t`Show events`, run: (app) => showDock(app.view, "events") },
  { id: "requests", label: t`Show requests`, run: (app) => showDock(app.view, "requests") },
  { id: "metrics", label: t`Show metrics`, run: (app) => showDock(app.view, "metrics") },
  { id: "breakpoints", label: t`Pause when ...`, run: (app) => showDock(app.view, "breakpoints") },
  { id: "faults", label: t`Show faults`, run: (app) => showDock(app.view, "faults") },
  { id: "traffic", label: t`Edit the traffic`, run: (app) => showDock(app.view, "traffic") },
  { id: "share", label: t`Share this run`, run: (app) => app.view.setState({ dialog: "share" }) },
  { id: "runs", label: t`Saved runs`, run: (app) => app.view.setState({ dialog: "runs" }) },
  { id: "newCluster", label: t`New cluster`, run: (app) => app.view.setState({ dialog: "newCluster" }) },
  { id: "openFile", label: t`Open a run from a file`, run: chooseFile },
  { id: "settings", label: t`Settings`, shortcut: ",", keys: plain(","), run: (app) => app.view.setState({ dialog: "settings" }) },
  { id: "projector", label: t`Projector mode, and back`, shortcut: t`Shift P`, keys: plain("P"), run: ({ view }) => setProjector(view, !view.getState().projector) },
  ...panelIds.map((id): PageCommand => {
    const key = panelLabels[id].charAt(0);
    return { id: `fold-${id}`, label: t`${panelLabels[id]}: fold away, and back`, shortcut: key, keys: plain(key.toLowerCase()), run: ({ view }) => setFolded(view, id, !isFolded(view.getState(), id)) };
  }),
  ...(["light", "dark", "system"] as const).map((theme: ThemeChoice): PageCommand => ({ id: `theme-${theme}`, label: t`Theme: ${themeLabels[theme]}`, run: (app) => setTheme(app.view, theme) })),
  { id: "honesty", label: t`What is simulated, and what is not`, run: (app) => app.view.setState({ dialog: "honesty" }) },
  { id: "glossary", label: t`Words of Kubernetes, explained`, run: (app) => app.view.setState({ dialog: "glossary" }) },
  { id: "shortcuts", label: t`Keyboard shortcuts`, shortcut: "?", keys: plain("?"), run: (app) => app.view.setState({ dialog: "shortcuts" }) },
  { id: "branch", label: t`Branch from the moment that is shown`, shortcut: "B", keys: plain("b"), run: (app) => void app.branches.here() },
  { id: "branches", label: t`Branches of this run`, run: (app) => app.view.setState({ dialog: "branches" }) },
  { id: "now", label: t`Return to now from looking back`, shortcut: "N", keys: plain("n"), run: (app) => app.look.now() },
  { id: "unselect", label: t`Select nothing, or end the comparison`, shortcut: "Esc", keys: plain("Escape"), run: (app) => (app.branches.store.getState().comparing === null ? app.view.setState({ selection: null }) : app.branches.compare(null)) },
];
