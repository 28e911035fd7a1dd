import { readScale } from "../design/scale.ts";
import type { ViewStore } from "../stores/viewStore.ts";

/** Keeps the document's theme in step with the choice, and with the system where the choice is the system's; and its mode. */
export function followTheme(view: ViewStore): void {
  const light = matchMedia("(prefers-color-scheme: light)");
  const set = () => {
    const { theme } = view.getState();
    document.documentElement.dataset["theme"] = theme === "system" ? (light.matches ? "light" : "dark") : theme;
  };
  const setMode = () => {
    document.documentElement.toggleAttribute("data-projector", view.getState().projector);
    readScale();
  };
  setMode();
  set();
  light.addEventListener("change", set);
  // A larger window is a larger wall.
  addEventListener("resize", readScale);
  view.subscribe((state, before) => {
    if (state.theme !== before.theme) set();
    if (state.projector !== before.projector) setMode();
  });
}

/** What says that the colours and sizes are others: attributes of the document. */
const drawnBy = ["data-theme", "data-projector"];

/** Calls back when colours or sizes have changed. Returns what ends that. */
export function onColours(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: drawnBy });
  return () => observer.disconnect();
}

/** Theme and mode in force, in one word. */
export function coloursNow(): string {
  return document.documentElement.hasAttribute("data-projector") ? `${themeNow()}-projector` : themeNow();
}

/** The theme in force. */
export function themeNow(): "light" | "dark" {
  return document.documentElement.dataset["theme"] === "light" ? "light" : "dark";
}
