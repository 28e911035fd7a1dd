import { Group, Panel, Separator } from "react-resizable-panels";
import { lazy, Suspense } from "react";
import { Toaster } from "sonner";
import { Dock } from "../dock/Dock.tsx";
import { EditorPane } from "../editor/EditorPane.tsx";
import { Stage } from "../graph/Stage.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { ShareDialog } from "../share/ShareDialog.tsx";
import { Timeline } from "../timeline/Timeline.tsx";
import "./app.css";
import { useCluster, useView } from "./appModel.ts";
import { Header } from "./Header.tsx";
import { HonestyDialog } from "./HonestyDialog.tsx";
import { Palette } from "./Palette.tsx";
import { ShortcutSheet } from "./ShortcutSheet.tsx";
import { useShortcuts } from "./useShortcuts.ts";

const RunsDialog = lazy(() => import("../runs/RunsDialog.tsx").then((module) => ({ default: module.RunsDialog })));
const NewClusterDialog = lazy(() => import("../runs/NewClusterDialog.tsx").then((module) => ({ default: module.NewClusterDialog })));

/** The screen: editor, graph and inspector above the dock, time at the foot. */
export function App() {
  useShortcuts();
  const dialog = useView((state) => state.dialog);
  const failure = useCluster((state) => state.failure);
  return (
    <div className="app">
      <Header />
      {failure !== null && (
        <div className="app-failure" role="alert">
          The engine stopped: {failure}. The run up to here is kept; reload the page to begin again.
        </div>
      )}
      <Group orientation="vertical" className="app-body">
        <Panel id="upper" minSize="35%" defaultSize="73%">
          <Group orientation="horizontal">
            <Panel id="editor" defaultSize="24.5%" minSize="240px" collapsible>
              <EditorPane />
            </Panel>
            <Separator className="split split-v" />
            <Panel id="stage" minSize="320px">
              <Stage />
            </Panel>
            <Separator className="split split-v" />
            <Panel id="inspector" defaultSize="288px" minSize="240px" maxSize="46%" groupResizeBehavior="preserve-pixel-size" collapsible>
              <Inspector />
            </Panel>
          </Group>
        </Panel>
        <Separator className="split split-h" />
        <Panel id="dock" defaultSize="27%" minSize="96px" collapsible>
          <Dock />
        </Panel>
      </Group>
      <Timeline />
      <ShareDialog />
      <ShortcutSheet />
      <HonestyDialog />
      <Suspense fallback={null}>
        {dialog === "runs" && <RunsDialog />}
        {dialog === "newCluster" && <NewClusterDialog />}
      </Suspense>
      <Palette />
      <Toaster position="bottom-right" offset={{ bottom: 66, right: 16 }} visibleToasts={3} gap={8} toastOptions={{ unstyled: true }} />
    </div>
  );
}
