import { test } from "@playwright/test";
import { Camera } from "./camera.ts";

const lenses = ["Placement", "Ownership", "Control plane", "Storage", "Policy", "Traffic"];
const docks = ["Terminal", "Logs", "Metrics", "Faults", "Sources", "Pause when", "Events"];

test("first: loading, and everything before anything is there", async ({ page }) => {
  const camera = new Camera(page, "first");
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/engine.worker-*.js", (route) => held.then(() => route.continue()));
  await page.goto("/");
  await page.locator(".app").waitFor();
  await camera.take("loading", false);
  letGo();
  await camera.open();
  await camera.take("fresh");
  for (const lens of lenses) {
    await camera.lens(lens);
    await camera.take(`empty ${lens}`);
  }
  for (const dock of docks) {
    await camera.dock(dock);
    await camera.take(`empty ${dock}`);
  }
});
