import { languages, type LanguageChoice } from "./catalogs.ts";
import { speak } from "./text.ts";

const storageKey = "orrery-language";

/** The language that this browser was told to use; English where it was told none that is there. */
export function chosenLanguage(): LanguageChoice {
  const tag = globalThis.localStorage?.getItem(storageKey);
  const found = languages.find((one) => one.tag === tag) ?? languages[0];
  if (found === undefined) throw new Error("the page has no language");
  return found;
}

/** Takes effect when the page is loaded again: tables of texts are made as modules load. */
export function chooseLanguage(tag: string): void {
  globalThis.localStorage?.setItem(storageKey, tag);
}

/** Puts the chosen language in force; before the page's own modules are loaded. A catalog that does not come leaves the page English. */
export async function speakChosen(): Promise<void> {
  const { tag, load } = chosenLanguage();
  if (load === null) return;
  try {
    speak(tag, await load());
    document.documentElement.lang = tag;
  } catch (error) {
    console.error(`The language ${tag} could not be loaded:`, error);
  }
}
