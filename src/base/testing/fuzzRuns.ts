/** How often a property is tried: few times in every test run, often in the deep one. */
export function fuzzRuns(quick: number, deep: number = quick * 50): number {
  return process.env["ORRERY_DEEP"] === "1" ? deep : quick;
}
