import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds } from "../kinds/index.ts";
import { ApiWorld } from "./testing/apiWorld.ts";
import { serveWorld } from "./testing/serveWorld.ts";

const recorded = path.resolve(import.meta.dirname, "../../../shared/oracles/transcripts");
const there = existsSync(recorded);

interface Step {
  readonly request: { readonly path: string };
  readonly response: { readonly code: number };
  readonly watch?: { readonly steps?: readonly Step[] };
}
interface Transcript {
  readonly cases: readonly { readonly steps: readonly Step[] }[];
}

const served = new Set(kinds.map((kind) => `${kind.gvk.group}/${kind.plural}`));

/** Whether all that a step asks for exists here: a served kind. */
function isServed(step: Step): boolean {
  const { request, watch } = step;
  if (!(watch?.steps ?? []).every(isServed)) return false;
  const parts = (request.path.split("?")[0] ?? "").split("/").filter((part) => part !== "");
  if (parts[0] !== "api" && parts[0] !== "apis") return true;
  const group = parts[0] === "api" ? "" : (parts[1] ?? "");
  const at = parts[0] === "api" ? 2 : 3;
  if (parts.length <= at) return false;
  const namespaced = parts[at] === "namespaces" && parts.length > at + 2 && !["status", "finalize"].includes(parts[at + 2] ?? "");
  return served.has(`${group}/${parts[namespaced ? at + 2 : at] ?? ""}`) || step.response.code === 404;
}

/** Cases that pass: a floor that only rises. The other files are replayed through the gateway, by the oracles' own command: these two are what a change of the pipeline breaks first. */
const floors: Readonly<Record<string, number>> = { deletion: 40, patch: 100 };

describe.skipIf(!there)(there ? "recorded answers of a real server" : "recorded answers (the recordings are not here)", () => {
  let server: Server;
  let port = 0;
  const folder = mkdtempSync(path.join(tmpdir(), "transcripts-"));

  beforeAll(async () => {
    ({ server, port } = await serveWorld(new ApiWorld()));
    for (const file of readdirSync(recorded).filter((name) => name.endsWith(".json"))) {
      const transcript = JSON.parse(readFileSync(path.join(recorded, file), "utf8")) as Transcript;
      writeFileSync(path.join(folder, file), JSON.stringify({ ...transcript, cases: transcript.cases.filter((each) => each.steps.every(isServed)) }));
    }
  });
  afterAll(() => server.close());

  test.each(Object.entries(floors))("%s: at least %i cases", async (name, floor) => {
    const output = await replay(path.join(folder, `${name}.json`), port);
    const summary = /(\d+) passed, (\d+) failed/.exec(output.trim().split("\n").at(-1) ?? "");
    const failing = output.split("\n").filter((line) => line.startsWith("FAIL "));
    expect(summary, output.slice(-2000)).not.toBeNull();
    expect(Number(summary?.[1]), failing.join("\n")).toBeGreaterThanOrEqual(floor);
  }, 60_000);
});

function replay(file: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(recorded, "replay.mjs"), "--server", `http://127.0.0.1:${port}`, "--token", "admin", "--retry-ms", "300", file]);
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    child.on("close", () => resolve(output));
  });
}
