import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";
import { examplesPresent, readExamples, type Example } from "./exampleManifests.ts";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

const kubectlPath = await toolPath("kubectl");
if (!examplesPresent) console.log("example manifests: SKIPPED, the documentation's manifests are not beside this checkout");

/** Not among the recorded ones, and refused for what they lack in a bare cluster. */
const lacking: Readonly<Record<string, RegExp>> = {
  "controllers/hpa-rs.yaml": /spec\.scaleTargetRef\.apiVersion: Invalid value: "": apiVersion must specify API group$/,
  "pods/pod-projected-svc-token.yaml": /error looking up service account default\/build-robot: serviceaccount "build-robot" not found$/,
};

const folder = mkdtempSync(join(tmpdir(), "orrery-examples-"));

/** Writes each to a file of its own: what kubectl says of a file is said of this object. */
function written(into: string, examples: readonly Example[]): string {
  const path = join(folder, into);
  mkdirSync(path, { recursive: true });
  for (const { name, object } of examples) writeFileSync(join(path, fileOf(name)), JSON.stringify(object));
  return path;
}
function fileOf(name: string): string {
  return `${name.replaceAll("/", "__")}.json`;
}

/** Objects of one name in different rounds, each round in a namespace of its own; what limits a namespace in another one. */
function rounds(examples: readonly Example[]): ReadonlyMap<string, readonly Example[]> {
  const seen = new Map<string, number>();
  const out = new Map<string, Example[]>();
  for (const each of examples) {
    const times = seen.get(each.id) ?? 0;
    seen.set(each.id, times + 1);
    const round = `${["LimitRange", "ResourceQuota"].includes(each.kind) ? "limits" : "round"}-${times}`;
    out.set(round, [...(out.get(round) ?? []), each]);
  }
  return out;
}

/** What a list says of the objects themselves: without what controllers and the store write. */
function intents(text: string): readonly unknown[] {
  interface Item {
    readonly metadata: Readonly<Record<string, unknown>>;
  }
  const answer = JSON.parse(text) as Item | { readonly items: readonly Item[] };
  return ("items" in answer ? answer.items : [answer]).map((item) => ({ ...item, status: null, metadata: { ...item.metadata, resourceVersion: null } }));
}

describe.skipIf(kubectlPath === null || !examplesPresent)("the documentation's manifests", { timeout: 120_000 }, () => {
  const examples = examplesPresent ? readExamples() : [];
  const refused = new Set<string>();
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    // What is applied stays as it was: controllers that bind, scale or collect would change it in between.
    gateway = await GatewayUnderTest.start(kubectlPath as string, ["--nodes", "0", "--addons", "none", "--speed", "20", "--controllers", "namespace,serviceaccount"]);
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  it("are accepted or refused by a dry run as the real server did", async () => {
    for (const namespace of ["qos-example", "cpu-example", "mem-example"]) await gateway.run(`create namespace ${namespace}`);
    const path = written("all", examples);
    const { out, err } = await gateway.kubectl(["apply", "--dry-run=server", "--validate=warn", "-f", path]);
    const wrong: string[] = [];
    for (const { name, verdict } of examples) {
      const line = err.split("\n").find((each) => each.includes(`"${join(path, fileOf(name))}"`)) ?? "";
      if (line !== "") refused.add(name);
      const said = line.includes("resource mapping not found") ? 404 : line.includes("Error from server (Invalid)") ? 422 : line === "" ? 201 : 400;
      // What is there already is not created but applied to.
      const wanted = verdict?.code === 409 ? 201 : verdict?.code;
      const agrees = verdict === null ? said === 201 || said === 404 || lacking[name]?.test(line) === true : said === wanted && (said !== 422 || line.endsWith(`: ${verdict.message}`));
      if (!agrees) wrong.push(`${name}: ${line === "" ? "accepted" : line}; recorded: ${JSON.stringify(verdict)}`);
    }
    expect(wrong).toEqual([]);
    expect(out.trim().split("\n")).toHaveLength(examples.length - refused.size);
    expect(examples.filter(({ verdict }) => verdict !== null).length).toBeGreaterThan(200);
  });

  it("apply, and the second time nothing changes", async () => {
    const wrong: string[] = [];
    for (const [round, all] of rounds(examples.filter(({ name }) => !refused.has(name)))) {
      await gateway.run(`create namespace ${round}`);
      // Not by -n, which refuses what names another namespace.
      await gateway.run(`config set-context --current --namespace=${round}`);
      const path = written(round, all);
      // The patches by the client's own types: by the server's documents kubectl reads those again for each object.
      const args = ["apply", "--validate=warn", "--openapi-patch=false", "-f", path];
      const objects = async (): Promise<readonly unknown[]> => intents(await gateway.run(["get", "-f", path, "-o", "json"]));
      wrong.push(...problems(await gateway.kubectl(args), / (created|configured|unchanged)$/));
      const before = await objects();
      // Where what is stored never looks like the file (a mount that admission adds, a list that is replaced), kubectl patches to no effect.
      wrong.push(...problems(await gateway.kubectl(args), / (unchanged|configured)$/));
      expect(await objects()).toEqual(before);
    }
    expect(wrong).toEqual([]);
  });
});

/** What kubectl said but the lines that it should say, and its warnings. */
function problems({ out, err }: { readonly out: string; readonly err: string }, wanted: RegExp): readonly string[] {
  return [...out.trim().split("\n").filter((line) => !wanted.test(line)), ...err.split("\n").filter((line) => line !== "" && !line.startsWith("Warning: ") && !line.startsWith("W1"))];
}
