// Follows apimachinery/pkg/api/resource (quantity.go, suffix.go, amount.go): exact decimal arithmetic, canonical forms.

export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";
/** value = nano x 10^-9: upstream keeps no finer digits. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

export const quantityFormatError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixError = "unable to parse quantity's suffix";
const numericError = "unable to parse numeric part of quantity";

const nanosPerUnit = 1_000_000_000n;
const maxNano = (2n ** 63n - 1n) * nanosPerUnit;

const decimalSuffixes: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binarySuffixes: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalNames: Readonly<Record<number, string>> = { [-9]: "n", [-6]: "u", [-3]: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E" };
const binaryNames = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;

const shape = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*)([-+]?[0-9]*)$/;

interface Scale { readonly base: 2 | 10; readonly exponent: number; readonly format: QuantityFormat }

function parseSuffix(letters: string, digits: string): Scale | null {
  if (digits === "" || digits === "+" || digits === "-") {
    if (digits !== "") return null;
    const decimal = Object.hasOwn(decimalSuffixes, letters) ? decimalSuffixes[letters] : undefined;
    if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
    const binary = Object.hasOwn(binarySuffixes, letters) ? binarySuffixes[letters] : undefined;
    return binary === undefined ? null : { base: 2, exponent: binary, format: "BinarySI" };
  }
  if (letters !== "e" && letters !== "E") return null;
  const exponent = Number(digits);
  return Math.abs(exponent) > 0x7fffffff ? null : { base: 10, exponent, format: "DecimalExponent" };
}

const powersOfTen: readonly bigint[] = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));
function tenTo(exponent: number): bigint {
  return powersOfTen[exponent] ?? 10n ** BigInt(exponent);
}

/** Away from zero: upstream would rather give a little too much than nothing. */
function divideUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  if (numerator % denominator === 0n) return quotient;
  return numerator > 0n ? quotient + 1n : quotient - 1n;
}

const cache = new Map<string, Quantity | string>();
const cacheLimit = 4096;

function parseUncached(text: string): Quantity | string {
  const found = shape.exec(text);
  if (found === null || text === "") return quantityFormatError;
  const [, sign = "", whole = "", fraction = "", letters = "", digits = ""] = found;
  if (whole === "" && fraction === "") return numericError;
  const scale = parseSuffix(letters, digits);
  if (scale === null) return suffixError;
  // More digits than this cannot change a value that is capped at 2^63 and rounded up to nanos.
  if (whole.length + fraction.length > 400) return numericError;
  let numerator = BigInt(whole + fraction);
  let decimals = fraction.length;
  if (scale.base === 2) numerator <<= BigInt(scale.exponent);
  else decimals -= scale.exponent;
  const shift = 9 - decimals;
  let nano: bigint;
  if (numerator === 0n) nano = 0n;
  else if (shift > 60) nano = maxNano;
  else if (shift >= 0) nano = numerator * tenTo(shift);
  else nano = -shift > 500 ? 1n : divideUp(numerator, tenTo(-shift));
  if (nano > maxNano) nano = maxNano;
  // A binary suffix on less than one byte is shown in decimal.
  const format = scale.format === "BinarySI" && nano < nanosPerUnit && nano > 0n ? "DecimalSI" : scale.format;
  return { nano: sign === "-" ? -nano : nano, format };
}

function parse(text: string): Quantity | string {
  const cached = cache.get(text);
  if (cached !== undefined) return cached;
  const result = parseUncached(text);
  if (cache.size >= cacheLimit) cache.clear();
  if (text.length < 64) cache.set(text, result);
  return result;
}

/** null where the text is no quantity. */
export function parseQuantity(text: string): Quantity | null {
  const result = parse(text);
  return typeof result === "string" ? null : result;
}

/** Upstream's complaint, or null where the text is a quantity. */
export function quantityError(text: string): string | null {
  const result = parse(text);
  return typeof result === "string" ? result : null;
}

/** The form in which the API server gives it back: 1000m -> 1, 0.5Gi -> 512Mi, 1e3 -> 1e3. */
export function quantityText(quantity: Quantity): string {
  const { nano, format } = quantity;
  if (nano === 0n) return "0";
  const sign = nano < 0n ? "-" : "";
  const magnitude = nano < 0n ? -nano : nano;
  if (format === "BinarySI" && magnitude >= 1024n * nanosPerUnit && magnitude % nanosPerUnit === 0n) {
    let value = magnitude / nanosPerUnit;
    let step = 0;
    while (step < 6 && value % 1024n === 0n) {
      value /= 1024n;
      step++;
    }
    return `${sign}${value}${binaryNames[step] ?? ""}`;
  }
  let value = magnitude;
  let exponent = -9;
  const top = format === "DecimalExponent" ? 1000 : 18;
  while (exponent < top && value % 1000n === 0n) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === "DecimalExponent") return exponent === 0 ? `${sign}${value}` : `${sign}${value}e${exponent}`;
  return `${sign}${value}${decimalNames[exponent] ?? ""}`;
}

const canonicalCache = new Map<string, string>();

/** The canonical form of a text; a text that is no quantity comes back as it is. */
export function canonicalQuantity(text: string): string {
  const cached = canonicalCache.get(text);
  if (cached !== undefined) return cached;
  const quantity = parseQuantity(text);
  const canonical = quantity === null ? text : quantityText(quantity);
  if (canonicalCache.size >= cacheLimit) canonicalCache.clear();
  if (text.length < 64) canonicalCache.set(text, canonical);
  return canonical;
}

/** Thousandths, rounded up (MilliValue); 0 for what is no quantity. */
export function quantityMilli(text: string): number {
  const quantity = parseQuantity(text);
  return quantity === null ? 0 : Number(divideUp(quantity.nano, 1_000_000n));
}

/** Whole units, rounded up (Value): bytes of memory, counts. */
export function quantityBytes(text: string): number {
  const quantity = parseQuantity(text);
  return quantity === null ? 0 : Number(divideUp(quantity.nano, nanosPerUnit));
}

/** Whole units of a quantity, rounded up. */
export function quantityValue(quantity: Quantity): bigint {
  return divideUp(quantity.nano, nanosPerUnit);
}

export const zeroQuantity: Quantity = { nano: 0n, format: "DecimalSI" };

/** Add: a zero on the left takes the format of the right. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}
/** Order of two texts; one that is no quantity counts as 0. */
export function compareQuantityTexts(a: string, b: string): -1 | 0 | 1 {
  return compareQuantities(parseQuantity(a) ?? zeroQuantity, parseQuantity(b) ?? zeroQuantity);
}
export function milliQuantity(milli: number, format: QuantityFormat = "DecimalSI"): Quantity {
  return { nano: BigInt(milli) * 1_000_000n, format };
}
export function unitQuantity(units: number, format: QuantityFormat): Quantity {
  return { nano: BigInt(units) * nanosPerUnit, format };
}
