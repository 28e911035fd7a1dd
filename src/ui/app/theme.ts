import type { ViewStore } from "../stores/viewStore.ts";

/** Keeps the document's theme in step with the choice, and with the system where the choice is the system's. */
export function followTheme(view: ViewStore): void {
  const light = matchMedia("(prefers-color-scheme: light)");
  const set = () => {
    const { theme } = view.getState();
    document.documentElement.dataset["theme"] = theme === "system" ? (light.matches ? "light" : "dark") : theme;
  };
  set();
  light.addEventListener("change", set);
  view.subscribe((state, before) => {
    if (state.theme !== before.theme) set();
  });
}

/** The theme in force. */
export function themeNow(): "light" | "dark" {
  return document.documentElement.dataset["theme"] === "light" ? "light" : "dark";
}
