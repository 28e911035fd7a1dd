import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everything, labelsText, matches, nothing, parseSelector, selectorFromLabelSelector, selectorFromMap, SelectorError, selectorText } from "./labels.ts";
import { queryOf, transcript, transcriptsPresent } from "./testing/transcripts.ts";

describe("label selectors", () => {
  it.each<[string, Record<string, string>, boolean]>([
    ["", {}, true], ["a=b", { a: "b" }, true], ["a==b", { a: "c" }, false], ["a!=b", {}, true], ["a!=b", { a: "b" }, false], ["a", { a: "" }, true], ["!a", { a: "" }, false],
    ["a in (b,c)", { a: "c" }, true], ["a notin (b, c)", { a: "c" }, false], ["a in (,b)", { a: "" }, true], ["a in ()", { a: "" }, true], ["a in ()", { a: "b" }, false], ["a=", { a: "" }, true], ["x>5", { x: "6" }, true], ["x<5", { x: "6" }, false],
    ["x>5", { x: "six" }, false], ["in=in", { in: "in" }, true], ["a=b,c=d", { a: "b", c: "d" }, true], ["a=b,c=d", { a: "b" }, false], ["constructor", {}, false],
  ])("%s on %j is %s", (text, labels, expected) => {
    expect(matches(parseSelector(text), labels)).toBe(expected);
  });

  it.each([
    ["a,", "found '', expected: identifier after ','"], ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a in", "unable to parse requirement: found '' expected: '('"], ["a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ["!", "unable to parse requirement: found '', expected: identifier"], ["a=b=c", "found '=', expected: ',' or 'end of string'"], [",a", "found ',', expected: !, identifier, or 'end of string'"],
    ["a@b", "unable to parse requirement: <nil>: Invalid value: \"a@b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"],
  ])("refuses %s", (text, message) => {
    expect(() => parseSelector(text)).toThrow(new SelectorError(message));
  });

  it("reads LabelSelectors: none selects nothing, the empty one everything", () => {
    expect(selectorFromLabelSelector(null)).toBe(nothing);
    expect(selectorFromLabelSelector({})).toBe(everything);
    const selector = selectorFromLabelSelector({ matchLabels: { b: "1" }, matchExpressions: [{ key: "a", operator: "NotIn", values: ["y", "x"] }, { key: "c", operator: "Exists" }] });
    expect(selectorText(selector)).toBe("a notin (x,y),b=1,c");
    expect(matches(selector, { b: "1", c: "" })).toBe(true);
    expect(matches(selector, { b: "1", c: "", a: "x" })).toBe(false);
    expect(() => selectorFromLabelSelector({ matchExpressions: [{ key: "a", operator: "Foo" }] })).toThrow('"Foo" is not a valid label selector operator');
  });

  it("writes what it reads", () => {
    expect(selectorText(parseSelector("!x , b in (2,1),a==q"))).toBe("a==q,b in (1,2),!x");
    expect(selectorText(selectorFromMap({ b: "1", a: "2" }))).toBe("a=2,b=1");
    expect(labelsText({ b: "1", a: "2" })).toBe("a=2,b=1");
    const word = fc.stringMatching(/^[a-z]([a-z.-]{0,5}[a-z])?$/);
    const requirement = fc.oneof(word, fc.tuple(word, fc.constantFrom("=", "!=", "=="), word).map((each) => each.join("")), fc.tuple(word, fc.constantFrom(" in ", " notin "), fc.array(word, { minLength: 1, maxLength: 3 })).map(([key, operator, values]) => `${key}${operator}(${values.join(",")})`));
    fc.assert(fc.property(fc.array(requirement, { maxLength: 4 }).map((parts) => parts.join(",")), (text) => {
      const selector = parseSelector(text);
      expect(parseSelector(selectorText(selector))).toEqual(selector);
    }), { numRuns: 300, seed: 5 });
    fc.assert(fc.property(fc.string(), (text) => {
      try {
        parseSelector(text);
      } catch (error) {
        return error instanceof SelectorError;
      }
      return true;
    }), { numRuns: 500, seed: 6 });
  });

  it.skipIf(!transcriptsPresent)("refuses as recorded (absent: ../shared/oracles)", () => {
    let compared = 0;
    for (const { steps } of transcript("reads")) {
      for (const { request, response } of steps) {
        const text = queryOf(request.path, "labelSelector");
        const message = String(response.body?.["message"]);
        if (text === null || response.code !== 400 || !/found '|<nil>/.test(message)) continue;
        expect(() => parseSelector(text)).toThrow(message);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(4);
  });
});
