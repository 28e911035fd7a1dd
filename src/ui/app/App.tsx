import { lazy, Suspense, useEffect, useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Toaster } from "sonner";
import { useStore } from "zustand";
import { Dock } from "../dock/Dock.tsx";
import { EditorPane } from "../editor/EditorPane.tsx";
import { Stage } from "../graph/Stage.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { t } from "../language/text.ts";
import { isFolded, panelIds, setFolded } from "../stores/panels.ts";
import type { Dialog } from "../stores/viewStore.ts";
import { TermTip } from "../terms/TermTip.tsx";
import { Timeline } from "../timeline/Timeline.tsx";
import "./app.css";
import { useApp, useCluster, useView } from "./appModel.ts";
import { FoldablePanel } from "./FoldablePanel.tsx";
import { Header } from "./Header.tsx";
import { Palette } from "./Palette.tsx";
import { useShortcuts } from "./useShortcuts.ts";

// Dialogs are fetched when one is opened.
const ShareDialog = lazy(() => import("../share/ShareDialog.tsx").then((module) => ({ default: module.ShareDialog })));
const HonestyDialog = lazy(() => import("./HonestyDialog.tsx").then((module) => ({ default: module.HonestyDialog })));
const ShortcutSheet = lazy(() => import("./ShortcutSheet.tsx").then((module) => ({ default: module.ShortcutSheet })));
const SettingsDialog = lazy(() => import("./SettingsDialog.tsx").then((module) => ({ default: module.SettingsDialog })));
const RunsDialog = lazy(() => import("../runs/RunsDialog.tsx").then((module) => ({ default: module.RunsDialog })));
const BranchesDialog = lazy(() => import("../branches/BranchesDialog.tsx").then((module) => ({ default: module.BranchesDialog })));
const Compare = lazy(() => import("../branches/Compare.tsx").then((module) => ({ default: module.Compare })));
const GlossaryDialog = lazy(() => import("../terms/GlossaryDialog.tsx").then((module) => ({ default: module.GlossaryDialog })));
const NewClusterDialog = lazy(() => import("../runs/NewClusterDialog.tsx").then((module) => ({ default: module.NewClusterDialog })));

/** On a wide screen all tabs of a pod stand in one row. */
function inspectorPx(): number {
  return innerWidth < 1_600 ? 288 : 400;
}

/** At the foot of the inspector: what one has just set going is seen in graph and dock. Without the inspector, and in a comparison, above what stands at the foot there. Dialogs lie over them. */
function Notices() {
  const inspector = useView((state) => !isFolded(state, "inspector"));
  const comparing = useStore(useApp().branches.store, (state) => state.comparing !== null);
  return (
    // Sonner sends the focus that leaves a notice back to where it came from: who walks on by Tab would never get past one.
    <div onFocusCapture={(event) => event.stopPropagation()}>
      <Toaster position="bottom-right" offset={{ bottom: inspector && !comparing ? 8 : "calc(66px * var(--k))", right: 8 }} visibleToasts={3} gap={8} toastOptions={{ unstyled: true }} />
    </div>
  );
}

/** The screen: editor, graph and inspector above the dock, time at the foot. */
export function App() {
  useShortcuts();
  const { branches, editor, view } = useApp();
  const comparing = useStore(branches.store, (state) => state.comparing);
  const dialog = useView((state) => state.dialog);
  // Once opened a dialog stays: it gives the focus back when it closes.
  const [opened, setOpened] = useState<readonly Dialog[]>([]);
  if (dialog !== null && !opened.includes(dialog)) setOpened([...opened, dialog]);
  const takeFolds = (sizes: Readonly<Record<string, number>>, { isUserInteraction }: { readonly isUserInteraction: boolean }) => {
    if (!isUserInteraction) return;
    for (const id of panelIds) if (sizes[id] !== undefined) setFolded(view, id, sizes[id] === 0);
  };
  // Who is led to a line or a file of the editor wants to see it.
  useEffect(() => editor.subscribe((state, before) => ((state.reveal !== null && state.reveal !== before.reveal) || state.active !== before.active) && setFolded(view, "editor", false)), [editor, view]);
  // Larger words need more room to say the same.
  const large = useView((state) => state.projector);
  const failure = useCluster((state) => state.failure);
  return (
    <div className="app">
      <Header />
      {failure !== null && (
        <div className="app-failure" role="alert">
          {t`The engine stopped: ${failure}. The run up to here is kept; reload the page to begin again.`}
        </div>
      )}
      {comparing !== null && (
        <Suspense fallback={<div className="app-body" />}>
          <Compare key={comparing} id={comparing} />
        </Suspense>
      )}
      <main className="app-body" hidden={comparing !== null}>
        <Group orientation="vertical" onLayoutChanged={takeFolds}>
          <Panel id="upper" minSize="35%" defaultSize="73%" className="upper">
            <Group orientation="horizontal" onLayoutChanged={takeFolds}>
              <FoldablePanel id="editor" size={large ? "31%" : "24.5%"} minPx={240}>
                <EditorPane />
              </FoldablePanel>
              <Separator className="split split-v" />
              <Panel id="stage" minSize="320px">
                {comparing === null && <Stage />}
              </Panel>
              <Separator className="split split-v" />
              <FoldablePanel id="inspector" size={inspectorPx()} minPx={240} maxSize="46%">
                <Inspector />
              </FoldablePanel>
            </Group>
            {comparing === null && <Notices />}
          </Panel>
          <Separator className="split split-h" />
          <FoldablePanel id="dock" size={large ? "38%" : "27%"} minPx={96}>
            <Dock />
          </FoldablePanel>
        </Group>
      </main>
      <Timeline />
      <Suspense fallback={null}>
        {opened.includes("settings") && <SettingsDialog />}
        {opened.includes("share") && <ShareDialog />}
        {opened.includes("shortcuts") && <ShortcutSheet />}
        {opened.includes("honesty") && <HonestyDialog />}
        {opened.includes("glossary") && <GlossaryDialog />}
        {dialog === "runs" && <RunsDialog />}
        {dialog === "newCluster" && <NewClusterDialog />}
        {dialog === "branches" && <BranchesDialog />}
      </Suspense>
      <Palette />
      <TermTip />
      {comparing !== null && <Notices />}
    </div>
  );
}
