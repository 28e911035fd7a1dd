// Follows apimachinery/pkg/util/intstr/intstr.go.

export type IntOrString = number | string;

const percentText = /^([+-]?[0-9]+)%$/;

/** The percentage of "25%", or null where it is none. */
export function percentOf(value: IntOrString): number | null {
  if (typeof value === "number") return null;
  const found = percentText.exec(value);
  return found === null ? null : Number(found[1]);
}

/** A number as it is, a percentage of `total` rounded up or down; null where the text is no percentage. */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number | null {
  if (typeof value === "number") return value;
  const percent = percentOf(value);
  if (percent === null) return null;
  const exact = percent * total;
  return roundUp ? Math.ceil(exact / 100) : Math.floor(exact / 100);
}

/** The text of either form. */
export function intOrStringText(value: IntOrString): string {
  return String(value);
}
