import { addressesAreObjects } from "./addressesAreObjects.ts";
import { addressesUnique } from "./addressesUnique.ts";
import { autoscalerWithinLimits } from "./autoscalerWithinLimits.ts";
import { boundOnce } from "./boundOnce.ts";
import { collectedRightly } from "./collectedRightly.ts";
import { cronJobsMakeOne } from "./cronJobsMakeOne.ts";
import type { Invariant } from "./define.ts";
import { daemonOnePerNode } from "./daemonOnePerNode.ts";
import { deletionHolds } from "./deletionHolds.ts";
import { evictionsWithinBudget } from "./evictionsWithinBudget.ts";
import { generationFollowsSpec } from "./generationFollowsSpec.ts";
import { hardConstraintsHold } from "./hardConstraintsHold.ts";
import { initContainersFirst } from "./initContainersFirst.ts";
import { nothingNewInGoingNamespace } from "./nothingNewInGoingNamespace.ts";
import { jobsCountOnce } from "./jobsCountOnce.ts";
import { oneController } from "./oneController.ts";
import { ownedIsSelected } from "./ownedIsSelected.ts";
import { podsGoForward } from "./podsGoForward.ts";
import { quotasHold } from "./quotasHold.ts";
import { readyEndpointsWereReady } from "./readyEndpointsWereReady.ts";
import { requestsFit } from "./requestsFit.ts";
import { revisionsIncrease } from "./revisionsIncrease.ts";
import { rolloutWithinLimits } from "./rolloutWithinLimits.ts";
import { statefulSetInOrder } from "./statefulSetInOrder.ts";
import { storedIsValid } from "./storedIsValid.ts";
import { uidsUnique } from "./uidsUnique.ts";
import { volumesBoundOnce } from "./volumesBoundOnce.ts";
import { victimsMatterLess } from "./victimsMatterLess.ts";
import { watchHasNoGaps } from "./watchHasNoGaps.ts";

/** Every monitor of single revisions. What is asked of a whole run (S6, L24, S34, L40, S45, S46) is in wholeRun.ts. */
export const invariants: readonly Invariant[] = [
  revisionsIncrease, uidsUnique, watchHasNoGaps, generationFollowsSpec, deletionHolds, storedIsValid,
  boundOnce, requestsFit, podsGoForward, initContainersFirst, addressesUnique, addressesAreObjects, oneController, rolloutWithinLimits, readyEndpointsWereReady,
  collectedRightly, nothingNewInGoingNamespace, ownedIsSelected, quotasHold,
  autoscalerWithinLimits,
  jobsCountOnce, cronJobsMakeOne,
  statefulSetInOrder,
  volumesBoundOnce,
  daemonOnePerNode, evictionsWithinBudget,
  hardConstraintsHold, victimsMatterLess,
];
