import { describe, expect, it } from "vitest";
import { controllerManagerControllers } from "../controllers/controllerList.ts";
import { crashScenarios } from "./testing/crashScenarios.ts";
import { addonVictims, controllerManager, CrashSweep, scheduler, type CrashScenario } from "./testing/crashSweep.ts";
import { inSlice } from "./testing/slice.ts";

const there = new Set(controllerManagerControllers.flatMap(({ names }) => names));
const playable = crashScenarios.filter(({ of = [] }) => of.every((name) => there.has(name)));
const slice = playable.filter((_scenario, index) => inSlice(index, 16));
const sweeps = new CrashSweep();
const sweepsByAddons = new Map([["", sweeps]]);

/** One booted cluster for all scenarios with the same add-ons. */
function sweepsOf(addons: readonly string[]): CrashSweep {
  const known = sweepsByAddons.get(addons.join());
  if (known !== undefined) return known;
  const fresh = new CrashSweep(addons);
  sweepsByAddons.set(addons.join(), fresh);
  return fresh;
}

describe("the controller manager, then the scheduler, then the add-ons' controllers, crashed after every write: the end is the same", { timeout: 300_000 }, () => {
  it.each(slice.map((scenario): readonly [string, CrashScenario] => [scenario.name, scenario]))("%s", (_name, scenario) => {
    const { addons = [] } = scenario;
    const victims = [controllerManager, scheduler, ...addons.flatMap((addon) => addonVictims[addon] ?? [])];
    const swept = victims.map((victim) => sweepsOf(addons).sweep(scenario, victim));
    expect(swept.flatMap(({ findings }) => findings)).toEqual([]);
    expect(swept.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(0);
  });

  it("there are enough scenarios, and no two of one name", () => {
    expect(new Set(playable.map(({ name }) => name)).size).toBe(playable.length);
    expect(playable.length).toBeGreaterThanOrEqual(30);
  });
});

describe("the sweep itself", { timeout: 180_000 }, () => {
  it("finds a manager that does not come back", () => {
    const made = crashScenarios[0] as CrashScenario;
    const { crashes, findings } = sweeps.sweep(made, controllerManager, { type: "process", process: controllerManager.process, state: "stopped" });
    expect(crashes).toBeGreaterThan(3);
    expect(findings[0]).toMatch(/^crashed after write 1 of \d+ \(create \/apis\/apps\/v1\/namespaces\/default\/replicasets\):\n {2}Deployment web: /);
    expect(findings[0]).toContain("missing: Pod web-67dc8d66d7-*");
  });
});
