import "@fontsource/ibm-plex-sans/latin-400.css";
import "@fontsource/ibm-plex-sans/latin-500.css";
import "@fontsource/ibm-plex-sans/latin-600.css";
import "@fontsource/ibm-plex-mono/latin-400.css";
import "@fontsource/ibm-plex-mono/latin-600.css";
import "@xyflow/react/dist/base.css";
import "../design/tokens.css";
import "../design/projector.css";
import "../design/base.css";
import "../design/controls.css";
import { createRoot } from "react-dom/client";
import type { EngineLink } from "../engine/engineLink.ts";
import { takeDroppedFiles } from "../share/openFile.ts";
import { openFirst } from "../share/openLink.ts";
import { App } from "./App.tsx";
import { AppContext, createAppModel } from "./appModel.ts";
import { watchSleep } from "./asleep.ts";
import { followTheme } from "./theme.ts";

/** Puts the page on the screen and opens what the address asks for: a link's recording, a scenario, or the first scenario. */
export function startPage(link: EngineLink): void {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  const scenario = /^#s=([a-z0-9-]+)/.exec(location.hash)?.[1] ?? null;
  const app = createAppModel(link, scenario);
  followTheme(app.view);
  void openFirst(app);
  takeDroppedFiles(app);
  watchSleep(app);
  document.addEventListener("visibilitychange", () => app.client.setVisible(document.visibilityState === "visible"));
  createRoot(root).render(
    <AppContext value={app}>
      <App />
    </AppContext>,
  );
}
