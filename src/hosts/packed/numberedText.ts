/** A text and the whole number that it ends with: "cp-1/etcd#" and 3605. Of a text that ends otherwise, or with zeros in front, null and all of it. */
export interface NumberedText {
  readonly stem: string;
  readonly number: number | null;
}

const mostDigits = 15;

export function splitNumber(text: string): NumberedText {
  let at = text.length;
  while (at > 0 && text.length - at < mostDigits && isDigit(text.charCodeAt(at - 1))) at--;
  while (at < text.length - 1 && text.charCodeAt(at) === 48) at++;
  return at === text.length ? { stem: text, number: null } : { stem: text.slice(0, at), number: Number(text.slice(at)) };
}

export function joinNumber(stem: string, number: number | null): string {
  return number === null ? stem : `${stem}${number}`;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
