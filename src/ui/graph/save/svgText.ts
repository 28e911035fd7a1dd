const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** What XML 1.0 has no place for. */
const unspeakable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

export function escaped(text: string): string {
  return text.replaceAll(unspeakable, "\ufffd").replaceAll(/[&<>"]/g, (char) => escapes[char] ?? "");
}

type Attributes = Readonly<Record<string, string | number | null>>;

/** An element without content where `inner` is "". Attributes that are null are left out; lengths are rounded to hundredths. */
export function element(name: string, attributes: Attributes, inner = ""): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) if (value !== null) text += ` ${key}="${typeof value === "number" ? Math.round(value * 100) / 100 : escaped(value)}"`;
  return inner === "" ? `${text}/>` : `${text}>${inner}</${name}>`;
}

/** As much of a text as fits, with an ellipsis where something is left out. `measure`: the width of a text. */
export function fitted(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let length = text.length;
  while (length > 0 && measure(`${text.slice(0, length)}…`) > width) length--;
  return `${text.slice(0, length)}…`;
}
