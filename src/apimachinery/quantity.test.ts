import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addQuantities, canonicalQuantity, compareQuantityTexts, parseQuantity, quantityBytes, quantityError, quantityMilli, quantityText, zeroQuantity } from "./quantity.ts";

describe("quantities", () => {
  it.each([
    ["1000m", "1"], ["0.5", "500m"], ["1.5Gi", "1536Mi"], ["1024", "1024"], ["1024Ki", "1Mi"], ["0.1Ki", "102400m"], ["1e3", "1e3"], ["12e5", "1200e3"], ["1500M", "1500M"],
    ["0", "0"], ["0Gi", "0"], ["-1500m", "-1500m"], ["+3", "3"], [".5", "500m"], ["1.", "1"], ["1E", "1E"], ["1Ei", "1Ei"], ["0.0000000001", "1n"], ["1000k", "1M"], ["100Ki", "100Ki"],
    ["999999999999999999999", "9223372036854775807"], ["1e-3", "1e-3"], ["500Mi", "500Mi"], ["2000Mi", "2000Mi"], ["2048Mi", "2Gi"],
  ])("writes %s as %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
    expect(canonicalQuantity(canonical)).toBe(canonical);
  });

  it.each([
    ["", "quantities must match"], ["x", "quantities must match"], ["1 Gi", "quantities must match"], ["1.2.3", "quantities must match"], ["1e", "unable to parse quantity's suffix"],
    ["1GiB", "quantities must match"], ["1Gi5", "unable to parse quantity's suffix"], [".", "unable to parse numeric part"], ["constructor", "quantities must match"],
  ])("refuses %j", (text, message) => {
    expect(quantityError(text)).toContain(message);
    expect(parseQuantity(text)).toBeNull();
  });

  it("rounds up when a unit is too coarse", () => {
    expect([quantityMilli("0.0001"), quantityMilli("250m"), quantityBytes("1500m"), quantityBytes("1Gi"), quantityBytes("nothing")]).toEqual([1, 250, 2, 1073741824, 0]);
  });

  it("adds in the format of the left, a zero takes the right's", () => {
    const mebibyte = parseQuantity("1Mi") ?? zeroQuantity;
    expect(quantityText(addQuantities(zeroQuantity, mebibyte))).toBe("1Mi");
    expect(quantityText(addQuantities(mebibyte, parseQuantity("1M") ?? zeroQuantity))).toBe("2048576");
    expect(compareQuantityTexts("1Gi", "1G")).toBe(1);
  });

  it("never throws, and the canonical form is stable and of the same value", () => {
    const text = fc.oneof(fc.string(), fc.tuple(fc.constantFrom("", "-", "+"), fc.stringMatching(/^[0-9]{0,25}(\.[0-9]{0,12})?$/), fc.constantFrom("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "e-2", "E5")).map((parts) => parts.join("")));
    fc.assert(fc.property(text, (given) => {
      const quantity = parseQuantity(given);
      if (quantity === null) return quantityError(given) !== null;
      const canonical = quantityText(quantity);
      return quantityText(parseQuantity(canonical) ?? zeroQuantity) === canonical && compareQuantityTexts(given, canonical) === 0;
    }), { numRuns: 1000, seed: 3 });
  });
});
