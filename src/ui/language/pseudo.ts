import type { Translate } from "./text.ts";

const accents: Readonly<Record<string, string>> = { a: "á", c: "ç", e: "é", i: "í", n: "ñ", o: "ó", u: "ú", y: "ý", A: "Á", E: "É", I: "Í", N: "Ñ", O: "Ó", U: "Ú" };

/**
 * English as a language that nobody speaks: in brackets, with accents, a third longer. Whatever stands on the page without brackets is not marked as a text
 * yet, and whatever is cut off will be cut off in a longer language too.
 */
export const pseudo: Translate = (key) => {
  const bar = key.indexOf("|");
  if (bar > 0) return { one: accented(key.slice(0, bar)), other: accented(key.slice(bar + 1)) };
  return accented(key);
};

function accented(text: string): string {
  const words = text.replace(/\{\d+\}|[A-Za-z]/g, (found) => (found.length > 1 ? found : (accents[found] ?? found)));
  return `⟦${words}${"·".repeat(Math.floor(text.length / 3))}⟧`;
}
