import { describe, expect, it } from "vitest";
import { checkText } from "./checkText.ts";
import { pathsThatAreSet, spokenWarnings, unsimulatedNotes, warningNotes } from "./fieldNotes.ts";
import { changedLines, runsOf } from "./lineDiff.ts";
import { locate, parseManifest, pathParts } from "./manifestDocs.ts";
import { nextLineIndent } from "./nextLineIndent.ts";
import { serverProblems } from "./serverProblems.ts";
import { cursorPath, documentHead } from "./yamlPath.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  replicas: 3
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: nginx
          readinessProbe:
            httpGet: { path: /, port: 80 }
            periodSeconds: 2
`;

describe("checkText", () => {
  it("finds nothing wrong in a right manifest", () => {
    expect(checkText("a", deployment).problems).toEqual([]);
  });

  const wrongs: readonly [string, string, string, number, RegExp][] = [
    ["an unknown field, with what was meant", "periodSeconds", "periodSecond", 20, /unknown field .*readinessProbe\.periodSecond\. Did you mean periodSeconds\?/],
    ["text for a number", "replicas: 3", "replicas: three", 8, /spec\.replicas is a whole number, not text/],
    ["a number for text", "app.kubernetes.io/name: web", "app.kubernetes.io/name: 7", 6, /is text, not a number\. Put it in quotes: "7"/],
    ["a mapping for a list", "        - name: web\n          image: nginx", "          name: web\n          image: nginx", 16, /containers is a list/],
    ["an unknown kind", "kind: Deployment", "kind: Deploymnt", 2, /no matches for kind "Deploymnt".* Did you mean Deployment\?/],
    ["a kind in another group", "apiVersion: apps/v1", "apiVersion: v1", 2, /Deployment is in apps\/v1/],
    ["a missing required field", "  selector:\n    matchLabels: { app: web }\n", "", 7, /spec\.selector is missing/],
    ["broken YAML", "kind: Deployment", "kind: [Deployment", 2, /./],
    ["a key twice", "  replicas: 3", "  replicas: 3\n  replicas: 4", 9, /unique/i],
  ];
  it.each(wrongs)("names %s, at its line", (_, from, to, line, message) => {
    expect(deployment).toContain(from);
    const { problems } = checkText("a", deployment.replace(from, to));
    const hit = problems.find((problem) => message.test(problem.message));
    expect(hit, JSON.stringify(problems)).toBeDefined();
    expect(Math.abs((hit?.line ?? 0) - line)).toBeLessThanOrEqual(1);
  });

  it("does not expand an alias bomb", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghi".split("").map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdefgh"[index]}`).join(", ")}]`)].join("\n");
    const { problems } = checkText("a", bomb);
    expect(problems[0]?.message).toMatch(/alias/i);
  });

  it("does not read a text of ten million characters, and says so", () => {
    const started = performance.now();
    const { problems } = checkText("a", "x: y\n".repeat(2_000_000));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/10\.0 million characters/);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("lives through nesting without end", () => {
    expect(checkText("a", "[".repeat(100_000)).problems[0]?.message).toMatch(/deeper/);
    expect(checkText("a", Array.from({ length: 5_000 }, (_, index) => `${" ".repeat(index)}a:`).join("\n").slice(0, 390_000)).problems.length).toBeGreaterThan(0);
  });

  it("reads several documents and places each one's faults", () => {
    const { docs, problems } = checkText("a", `${deployment}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  port: 80\n`);
    expect(docs).toHaveLength(2);
    expect(problems.map(({ line }) => line)).toEqual([27]);
  });
});

describe("the server's words", () => {
  const doc = parseManifest("a", deployment).docs[0];
  if (doc === undefined) throw new Error("the manifest has a document");
  const status = (message: string, causes: { field: string; message: string }[]) => ({ code: 422, warnings: [], body: { kind: "Status", message, details: { causes } } });

  it("stand at the field that each cause names", () => {
    const problems = serverProblems("a", doc, status("Deployment is invalid", [{ field: "spec.template.spec.containers[0].image", message: "Required value" }, { field: "spec.replicas", message: "Invalid value: -1" }]));
    expect(problems.map(({ line, message }) => [line, message])).toEqual([[17, "spec.template.spec.containers[0].image: Required value"], [8, "spec.replicas: Invalid value: -1"]]);
  });
  it("stand at the fields that strict decoding names", () => {
    const problems = serverProblems("a", doc, { code: 400, warnings: [], body: { message: 'strict decoding error: unknown field "spec.template.spec.containers[0].readinessProbe.foo"' } });
    expect(problems[0]?.line).toBe(18);
  });
  it("stand at the kind where they name no field", () => {
    expect(serverProblems("a", doc, status("namespaces \"x\" not found", []))[0]).toMatchObject({ line: 2, message: 'namespaces "x" not found' });
  });
  it("find keys with dots in them", () => {
    expect(locate(doc, pathParts("metadata.labels.app.kubernetes.io/name")).line).toBe(6);
    expect(locate(doc, pathParts("metadata.labels[app.kubernetes.io/name]")).line).toBe(6);
  });
});

describe("cursorPath", () => {
  const lines = deployment.split("\n");
  const at = (line: number, text: string) => {
    const next = [...lines];
    next.splice(line, 0, text);
    return cursorPath(next, line, text.length);
  };
  it.each([
    [7, "  rep", ["spec"]],
    [19, "            per", ["spec", "template", "spec", "containers", "readinessProbe"]],
    [17, "          im", ["spec", "template", "spec", "containers"]],
    [15, "        - na", ["spec", "template", "spec", "containers"]],
    [20, "      ", ["spec", "template", "spec"]],
    [0, "me", []],
  ])("line %i %j is in %j", (line, text, path) => {
    expect(at(line, text).path).toEqual(path);
  });
  it("knows the siblings above and below, and the key whose value is written", () => {
    expect([...at(8, "  ").siblings].sort()).toEqual(["replicas", "selector", "template"]);
    expect(at(8, "  strategy: ").valueOf).toBe("strategy");
    expect(documentHead(lines, 12)).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
  });
});

describe("changedLines", () => {
  it.each([
    ["a\nb\nc", "a\nb\nc", []],
    ["a\nb\nc", "a\nx\nc", [2]],
    ["a\nb", "a\nb\nc\nd", [3, 4]],
    ["a\nb\nc\nd", "b\nx\nd", [2]],
  ])("%j -> %j changes %j", (before, after, lines) => {
    expect(changedLines(before, after)).toEqual(lines);
  });
  it("compares what both have, however much else was pasted in between", () => {
    const before = Array.from({ length: 60 }, (_, index) => `kept ${index}`);
    const after = Array.from({ length: 6_000 }, (_, index) => (index % 100 === 50 ? `kept ${(index - 50) / 100}` : `pasted ${index}`));
    const changed = changedLines(before.join("\n"), after.join("\n"));
    expect(changed).toHaveLength(5_940);
    expect(runsOf(changed).slice(0, 2)).toEqual([[1, 50], [52, 150]]);
  });
});

describe("Enter", () => {
  it.each([
    ["spec:", 2],
    ["  replicas: 3", 2],
    ["    containers:", 6],
    ["      - name: web", 8],
    ["      - env:", 10],
    ["  script: |", 4],
    ["# a remark:", 0],
    ["", 0],
  ])("after %j the next line begins at column %i", (before, indent) => {
    expect(nextLineIndent(before)).toBe(" ".repeat(indent));
  });
});

describe("fields that are kept and do nothing", () => {
  const text = deployment.replace("      containers:", "      hostPID: true\n      containers:").replace("          image: nginx", "          image: nginx\n          securityContext: { capabilities: { add: [SYS_TIME] } }");
  const [checked] = checkText("a", text).docs;
  it("are named at their lines, with the number of the item", () => {
    const target = checked?.target ?? null;
    if (checked === undefined || target === null) throw new Error("the manifest has a target");
    expect(unsimulatedNotes("a", checked.doc, target).map(({ line, severity, field }) => [line, severity, field])).toEqual([
      [15, "info", "spec.template.spec.hostPID"],
      [19, "info", "spec.template.spec.containers[0].securityContext.capabilities"],
    ]);
  });
  it("are none where all that is set is simulated", () => {
    const [plain] = checkText("a", deployment).docs;
    const target = plain?.target ?? null;
    if (plain === undefined || target === null) throw new Error("the manifest has a target");
    expect(unsimulatedNotes("a", plain.doc, target)).toEqual([]);
  });
  it("are found in each item of a list that sets them", () => {
    expect(pathsThatAreSet({ a: [{ b: 1 }, {}, { b: [2] }, { b: [] }] }, "a[*].b")).toEqual(["a[0].b", "a[2].b"]);
    expect(pathsThatAreSet({ a: "text" }, "a[*].b")).toEqual([]);
  });
  it("say of a kind that nothing acts on it, at the line that names it", () => {
    const manifest = deployment.replace("kind: Deployment", "kind: StatefulSet");
    const [set] = checkText("a", manifest).docs;
    const target = set?.target ?? null;
    if (set === undefined || target === null) throw new Error("the manifest has a target");
    const said = "StatefulSet: stored and validated; its controller is not there yet";
    expect(spokenWarnings(target, [said, "spec.hostPID: kept, but not simulated yet", "spec.x: deprecated"])).toEqual([said, "spec.x: deprecated"]);
    expect(warningNotes("a", set.doc, [said]).map(({ line, message }) => [line, message])).toEqual([[2, said]]);
  });
  it("stand beside the server's own warnings, at the field these begin with", () => {
    if (checked === undefined) throw new Error("the manifest has a document");
    expect(warningNotes("a", checked.doc, ["spec.template.spec.containers[0].image: deprecated", "something else"]).map(({ line, severity }) => [line, severity])).toEqual([
      [18, "warning"],
      [2, "warning"],
    ]);
  });
});
