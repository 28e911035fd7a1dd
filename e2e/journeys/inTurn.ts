import { test } from "@playwright/test";
import { inSlice } from "../../src/cluster/testing/slice.ts";

const parts = 3;

/**
 * First line of a journey beside the main roads: the ordinary run is to end while somebody waits for it, so a third of them goes with each commit, and
 * all in `npm run test:deep`. `part`: 0, 1 or 2, so that the parts take about as long.
 */
export function inTurn(part: 0 | 1 | 2): void {
  test.skip(!inSlice(part, parts), "goes with another commit; npm run test:deep walks all");
}
