import { execFileSync } from "node:child_process";

/** All seeds and scenarios in `npm run test:deep`; else every n-th, another part with each commit, so that in time all are run. */
export function inSlice(index: number, parts: number): boolean {
  return process.env["ORRERY_DEEP"] === "1" || index % parts === (Number.parseInt(commit.slice(0, 8), 16) || 0) % parts;
}

/** What is tested; "" outside a checkout. */
export const commit: string = commitHere();

function commitHere(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
