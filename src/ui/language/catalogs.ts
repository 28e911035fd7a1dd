import { pseudo } from "./pseudo.ts";
import type { Plural, Translate } from "./text.ts";

export interface LanguageChoice {
  /** BCP 47. */
  readonly tag: string;
  /** As its speakers call it. */
  readonly name: string;
  /** null: English, as the texts are written. */
  readonly load: (() => Promise<Translate>) | null;
}

/** What `npm run texts -- TAG` writes and a translator fills in. An empty text is not translated yet, and shown in English. */
export type Catalog = Readonly<Record<string, string | Plural>>;

/** Looks texts up in a catalog; what it does not have stays English. */
export function translateBy(catalog: Catalog): Translate {
  const texts = new Map(Object.entries(catalog));
  return (key) => {
    const found = texts.get(key);
    return found === "" ? undefined : found;
  };
}

/**
 * The page's languages. A new one: `npm run texts -- de` writes src/ui/language/de.json with every text of the page, and a line here loads it:
 * { tag: "de", name: "Deutsch", load: async () => translateBy((await import("./de.json")).default) }.
 */
export const languages: readonly LanguageChoice[] = [
  { tag: "en", name: "English", load: null },
  { tag: "en-XA", name: "Pseudo-English, for translators", load: () => Promise.resolve(pseudo) },
];
