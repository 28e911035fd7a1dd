// Follows pkg/quota/v1/resources.go: lists of amounts by resource.
import { compareText } from "../../base/compareText.ts";
import { addQuantities, compareQuantities, parseQuantity, quantityText, subtractQuantities, unitQuantity, zeroQuantity, type Quantity } from "../../apimachinery/quantity.ts";

export type ResourceList = Readonly<Record<string, string>>;
export type Amounts = ReadonlyMap<string, Quantity>;

export const one = unitQuantity(1, "DecimalSI");

export function amountsOf(list: ResourceList | undefined): Map<string, Quantity> {
  return new Map(Object.keys(list ?? {}).map((name) => [name, parseQuantity(list?.[name] ?? "0") ?? zeroQuantity]));
}

/** As the API writes it, sorted by name. */
export function listOf(amounts: Amounts): ResourceList {
  return Object.fromEntries([...amounts].sort(([a], [b]) => compareText(a, b)).map(([name, amount]) => [name, quantityText(amount)]));
}

/** Adds to the first list what the second has. */
export function addTo(sums: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) {
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? amount : addQuantities(sum, amount));
  }
}

/** Raises the first list to what the second has. */
export function raiseTo(sums: Map<string, Quantity>, other: Amounts): void {
  for (const [name, amount] of other) {
    const sum = sums.get(name);
    if (sum === undefined || compareQuantities(amount, sum) > 0) sums.set(name, amount);
  }
}

/** What is more than before; nothing counts less than zero. */
export function increaseOf(now: Amounts, before: Amounts): Map<string, Quantity> {
  const out = new Map<string, Quantity>();
  for (const [name, amount] of now) {
    const difference = subtractQuantities(amount, before.get(name) ?? zeroQuantity);
    out.set(name, difference.nano < 0n ? zeroQuantity : difference);
  }
  return out;
}

/** Only the named ones. */
export function masked(amounts: Amounts, isNamed: (name: string) => boolean): Map<string, Quantity> {
  return new Map([...amounts].filter(([name]) => isNamed(name)));
}

/** Whether both have the same amounts under the same names. */
export function sameAmounts(a: Amounts, b: Amounts): boolean {
  if (a.size !== b.size) return false;
  for (const [name, amount] of a) if (b.get(name)?.nano !== amount.nano) return false;
  return true;
}

/** "pods=1,requests.cpu=2" */
export function amountsText(amounts: Amounts): string {
  const list = listOf(amounts);
  return Object.keys(list).map((name) => `${name}=${list[name]}`).join(",");
}
