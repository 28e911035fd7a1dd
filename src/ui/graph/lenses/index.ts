import type { Lens } from "../../stores/viewStore.ts";
import type { LensDefinition } from "../lens.ts";
import { trafficLens } from "./traffic.ts";

const loaders: Readonly<Record<Lens, () => Promise<LensDefinition>>> = {
  traffic: () => Promise.resolve(trafficLens),
  placement: () => import("./placement.tsx").then((module) => module.placementLens),
  ownership: () => import("./ownership.tsx").then((module) => module.ownershipLens),
  control: () => import("./control.tsx").then((module) => module.controlLens),
  storage: () => import("./storage.tsx").then((module) => module.storageLens),
  policy: () => import("./policy.tsx").then((module) => module.policyLens),
};

/** All but the first are fetched when somebody looks through them. */
export function loadLens(lens: Lens): Promise<LensDefinition> {
  return loaders[lens]();
}

export { trafficLens };
