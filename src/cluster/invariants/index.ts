import { addressesUnique } from "./addressesUnique.ts";
import { boundOnce } from "./boundOnce.ts";
import type { Invariant } from "./define.ts";
import { generationFollowsSpec } from "./generationFollowsSpec.ts";
import { oneController } from "./oneController.ts";
import { podsGoForward } from "./podsGoForward.ts";
import { requestsFit } from "./requestsFit.ts";
import { revisionsIncrease } from "./revisionsIncrease.ts";
import { uidsUnique } from "./uidsUnique.ts";

/** Every monitor. Not watched yet: S25, S32, S34. */
export const invariants: readonly Invariant[] = [revisionsIncrease, uidsUnique, generationFollowsSpec, boundOnce, requestsFit, podsGoForward, addressesUnique, oneController];
