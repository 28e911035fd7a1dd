import { compareText } from "../../../base/compareText.ts";
import type { PolicyRule } from "../../../kinds/rbac/types.ts";

/** Words that stand for several verbs. */
const verbWords: Readonly<Record<string, string>> = { read: "get list watch", write: "create delete deletecollection patch update", readUpdate: "get list watch patch update" };

/**
 * A rule on one line: "read | apps, extensions | deployments replicasets | names". The core group is "core"; with the group "url" the
 * third part holds paths. All comes out sorted, as upstream's rule builder leaves it.
 */
export function parsedRules(lines: readonly string[]): readonly PolicyRule[] {
  return lines.map((line) => {
    const [verbText = "", groupText = "", targetText = "", nameText = ""] = line.split("|");
    const verbs = words(words(verbText).map((word) => verbWords[word] ?? word).join(" "));
    if (groupText.trim() === "url") return { verbs, nonResourceURLs: words(targetText) };
    const apiGroups = words(groupText).map((group) => (group === "core" ? "" : group)).sort(compareText);
    const rule = { verbs, apiGroups, resources: words(targetText) };
    return nameText === "" ? rule : { ...rule, resourceNames: words(nameText) };
  });
}

function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "").sort(compareText);
}
