import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateJsonPath, jsonPathValues } from "./jsonpath.ts";

const data = {
  kind: "List",
  items: [
    { kind: "None", metadata: { name: "127.0.0.1", labels: { "kubernetes.io/hostname": "a" } }, status: { capacity: { cpu: "4" }, addresses: [{ type: "LegacyHostIP", address: "127.0.0.1" }] } },
    { kind: "None", metadata: { name: "127.0.0.2" }, status: { capacity: { cpu: "8" }, addresses: [{ type: "LegacyHostIP", address: "127.0.0.2" }, { type: "another", address: "127.0.0.3" }] }, ready: true, n: 3 },
  ],
  users: [{ name: "myself", user: {} }, { name: "e2e", user: { username: "admin", password: "secret" } }],
};

describe("jsonpath", () => {
  // The first block is the table of the documentation of kubectl.
  it.each([
    ["{.kind}", "List"], ["{@.kind}", "List"], ["{['kind']}", "List"], ["{.users[0].name}", "myself"], ["{..name}", "127.0.0.1 127.0.0.2 myself e2e"], ["{.items[*].metadata.name}", "127.0.0.1 127.0.0.2"],
    ["{.items[*]['metadata.name', 'status.capacity']}", '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'], ['{.users[?(@.name=="e2e")].user.password}', "secret"], ['{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}', '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] '],
    ['{range .items[*]}{.metadata.name}{"\\t"}{end}', "127.0.0.1\t127.0.0.2\t"], ["{.items[0].metadata.labels.kubernetes\\.io/hostname}", "a"],
    ["{.items[-1:].metadata.name}", "127.0.0.2"], ["{.items[0:1].metadata.name}", "127.0.0.1"], ["{.items[0,1].metadata.name}", "127.0.0.1 127.0.0.2"], ["{.users[*]['name','user']}", 'myself e2e {} {"username":"admin","password":"secret"}'], ["{.items[0].metadata.labels['kubernetes\\.io/hostname']}", "a"],
    ["plain", "plain"], ["a{.kind}b", "aListb"], ["{.nothing}", ""], ["{.items[1].ready}", "true"], ["{.items[?(@.n>2)].metadata.name}", "127.0.0.2"], ["{.items[?(@.ready)].n}", "3"], ["{.items[?(@.n!=3)].n}", ""],
    ["{range .users[*]}{$.kind} {end}", "List List "], ["{.items[*].status.addresses[?(@.type=='another')].address}", "127.0.0.3"],
  ])("%s", (template, text) => {
    expect(evaluateJsonPath(template, data, true)).toEqual({ ok: true, text });
  });

  it.each([
    ["{.kind", "unclosed action"], ["{range .items[*]}", "unterminated range"], ["{end}", "not in range, nothing to end"], ["{.items[5].kind}", "array index out of bounds: index 5, length 2"],
    ["{.items[}", "invalid array index [}"], ['{"a}', "unterminated quoted string"], ["{.items[*}", "unterminated array"],
  ])("refuses %s", (template, message) => {
    expect(evaluateJsonPath(template, data, true)).toEqual({ ok: false, message });
  });

  it("complains of missing keys when it should", () => {
    expect(evaluateJsonPath("{.items[0].nope}", data, false)).toEqual({ ok: false, message: "nope is not found" });
  });

  it("gives the values of one path", () => {
    expect(jsonPathValues(".items[*].status.capacity.cpu", data)).toEqual(["4", "8"]);
    expect(jsonPathValues("kind", data)).toEqual(["List"]);
    expect(jsonPathValues("{.kind", data)).toBeNull();
  });

  it("never throws", () => {
    const template = fc.array(fc.constantFrom("{", "}", ".", "..", "[", "]", "*", "?", "(", ")", "@", "$", "'", '"', "range ", "end", "a", "items", "0", "-1", ":", ",", "==", "\\", " "), { maxLength: 14 }).map((parts) => parts.join(""));
    fc.assert(fc.property(template, fc.boolean(), (text, allow) => typeof evaluateJsonPath(text, data, allow).ok === "boolean"), { numRuns: 2000, seed: 9 });
  });
});
