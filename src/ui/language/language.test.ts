import { afterEach, describe, expect, test } from "vitest";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { translateBy } from "./catalogs.ts";
import { pageModules, textsOf, toldTexts } from "./findTexts.mjs";
import { pseudo } from "./pseudo.ts";
import { plural, speak, t } from "./text.ts";

const root = new URL("../../..", import.meta.url).pathname;

afterEach(() => speak("en", null));

describe("texts of the page", () => {
  test("English is what is written", () => {
    expect(t`${2} of ${3} ready`).toBe("2 of 3 ready");
    expect([0, 1, 2].map((count) => plural(count, "pod", "pods"))).toEqual(["pods", "pod", "pods"]);
  });

  test("a catalog is looked up by the English, and may order the values as it likes", () => {
    speak("de", translateBy({ "{0} of {1} ready": "von {1} sind {0} bereit", "Share": "", "pod|pods": { one: "Pod", other: "Pods" } }));
    expect(t`${2} of ${3} ready`).toBe("von 3 sind 2 bereit");
    expect(t`Share`).toBe("Share");
    expect(t`${2} of ${3} not asked for`).toBe("2 of 3 not asked for");
  });

  test("a language with more forms than two has them by its own rules", () => {
    speak("pl", translateBy({ "node|nodes": { one: "węzeł", few: "węzły", many: "węzłów", other: "węzła" } }));
    expect([1, 2, 5, 22, 25].map((count) => plural(count, "node", "nodes"))).toEqual(["węzeł", "węzły", "węzłów", "węzły", "węzłów"]);
    expect(plural(5, "pod", "pods")).toBe("pods");
  });

  test("a value that looks like a place is left as it is, and a place without a value too", () => {
    speak("de", translateBy({ "{0} is gone": "{0} ist weg {7}" }));
    expect(t`${"{0}{1}"} is gone`).toBe("{0}{1} ist weg {7}");
  });

  test("the keys of objects are no texts: a catalog of untrusted words finds only its own", () => {
    speak("de", translateBy({}));
    expect(t`constructor`).toBe("constructor");
    expect(t`__proto__`).toBe("__proto__");
  });

  test("pseudo-English brackets each text, accents it and keeps its values", () => {
    speak("en-XA", pseudo);
    expect(t`${"web"} is gone`).toBe("⟦web ís góñé···⟧");
    expect(plural(2, "pod", "pods")).toBe("⟦póds·⟧");
  });
});

describe("every word of the page is marked", () => {
  const modules = pageModules(root);

  test("no text stands in JSX or in a spoken attribute unmarked", () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.flatMap((module) => textsOf(module).unmarked)).toEqual([]);
  });

  test("the check finds what is planted", () => {
    const planted = { path: "src/ui/x.tsx", text: 'const a = <p title="Not marked">Bare words <b>{t`marked`}</b><i aria-label={`also ${n} bare`} /><code>kubectl get</code><span>Orrery</span></p>; plural(n, one, "many");' };
    const { marked, unmarked } = textsOf(planted);
    expect(marked.map(({ key }) => key)).toEqual(["marked"]);
    expect(unmarked).toEqual(["src/ui/x.tsx:1: Not marked", "src/ui/x.tsx:1: Bare words", "src/ui/x.tsx:1: also  bare", "src/ui/x.tsx:1: plural() of words that are no literals"]);
  });

  test("labels of faults are in the catalog too", () => {
    const told = new Set(toldTexts(root).map(({ key }) => key));
    expect(faultDefinitions.map(({ label }) => label).filter((label) => !told.has(label))).toEqual([]);
  });

  test("a text's key is the one that the running page looks up", () => {
    const keys = textsOf({ path: "x.ts", text: "t`${a} of ${b}, \\`c\\``; plural(n, 'pod', 'pods')" }).marked.map(({ key }) => key);
    const asked: string[] = [];
    speak("en", (key) => void asked.push(key));
    void t`${1} of ${2}, \`c\``;
    void plural(1, "pod", "pods");
    expect(keys).toEqual(asked);
  });
});
