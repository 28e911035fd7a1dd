import type { GraphFact } from "../../hosts/protocol.ts";
import type { AppModel } from "../app/appModel.ts";
import { isCalm } from "../design/isCalm.ts";
import { collectionPath, factPath } from "../engine/paths.ts";
import type { ApiCall } from "./pageKube.ts";

/** At most so many at once: a list of ten thousand is not told by ten thousand lights. */
const most = 60;

/** The objects that a request was about: one of its path, or those of the collection that it read. */
export function touchedBy(facts: Iterable<GraphFact>, { path }: ApiCall): readonly GraphFact[] {
  const [bare = ""] = path.split("?");
  const found: GraphFact[] = [];
  for (const fact of facts) {
    const own = factPath(fact);
    if (bare === own || bare.startsWith(`${own}/`)) return [fact];
    const { gvk, namespace } = fact.ref;
    if ((bare === collectionPath(gvk, fact.plural, namespace) || bare === collectionPath(gvk, fact.plural, "")) && found.length < most) found.push(fact);
  }
  return found;
}

/** Lights up in the graph what a request was about, for a moment. Nothing of the graph changes: it is an animation on its elements. */
export function lightUp(app: AppModel, call: ApiCall): void {
  const touched = touchedBy(app.cluster.getState().facts.values(), call);
  if (touched.length === 0) return;
  const elements = new Map([...document.querySelectorAll<HTMLElement>("[data-item]")].map((element) => [element.dataset["item"] ?? "", element]));
  const ring = "0 0 0 3px var(--brass)";
  for (const { uid } of touched) elements.get(uid)?.animate(isCalm() ? [{ boxShadow: ring }, { boxShadow: ring }] : [{ boxShadow: ring }, { boxShadow: ring, offset: 0.35 }, { boxShadow: "0 0 0 3px transparent" }], { duration: 1_400, easing: "ease-out" });
}
