import { firstLight } from "./first-light/firstLight.ts";
import type { LoadedScenario } from "./define.ts";

/** Every scenario, in the order of the menu. */
export const scenarios: readonly LoadedScenario[] = [firstLight];

export function scenarioById(id: string): LoadedScenario | null {
  return scenarios.find(({ scenario }) => scenario.id === id) ?? null;
}
