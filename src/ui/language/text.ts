/**
 * The page's own words, each marked where it stands: t`Share`, t`${ready} of ${desired} ready`. The English text is its key, with {0}, {1} ... for the
 * values. What Kubernetes says (API, kubectl, events, shells) is not the page's, and stays as the real one says it.
 */

type Value = string | number;

/** What a text is in the language in force: undefined leaves it English. */
export type Translate = (key: string) => string | Plural | undefined;

/** The forms of a counted thing by the categories of Intl.PluralRules: "one", "few", "many", "other" ... */
export type Plural = Readonly<Record<string, string>>;

interface Language {
  readonly translate: Translate;
  readonly rules: Intl.PluralRules;
}

/** null: English, as written. */
let language: Language | null = null;
const keys = new WeakMap<TemplateStringsArray, string>();

/** Puts a language in force. Tables of texts are made as modules load, so it comes before the page's other modules (main.tsx). */
export function speak(tag: string, translate: Translate | null): void {
  language = translate === null ? null : { translate, rules: new Intl.PluralRules(tag) };
}

/** The text in the language in force. */
export function t(parts: TemplateStringsArray, ...values: readonly Value[]): string {
  const found = language === null ? undefined : language.translate(keyOf(parts));
  if (typeof found === "string") return fill(found, values);
  let text = parts[0] ?? "";
  for (let index = 0; index < values.length; index++) text += String(values[index]) + (parts[index + 1] ?? "");
  return text;
}

/** The word for `count` things, without the count: plural(n, "pod", "pods"). Its key is "pod|pods". */
export function plural(count: number, one: string, other: string): string {
  const found = language === null ? undefined : language.translate(`${one}|${other}`);
  if (found === undefined || language === null) return count === 1 ? one : other;
  return typeof found === "string" ? found : (found[language.rules.select(count)] ?? found["other"] ?? other);
}

/** A text of the engine's tables that the page shows as its own (a fault's label): looked up by its English. */
export function told(text: string): string {
  const found = language?.translate(text);
  return typeof found === "string" ? found : text;
}

/** "{0} of {1} ready" */
export function keyOf(parts: TemplateStringsArray): string {
  const known = keys.get(parts);
  if (known !== undefined) return known;
  const key = parts.map((part, index) => (index === 0 ? part : `{${index - 1}}${part}`)).join("");
  keys.set(parts, key);
  return key;
}

function fill(text: string, values: readonly Value[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, digits: string) => {
    const value = values[Number(digits)];
    return value === undefined ? whole : String(value);
  });
}
