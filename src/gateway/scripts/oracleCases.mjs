// Which recorded cases count: by rule, not by name.
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** API groups that are not served yet. A case that names one in what it asks or in what it was answered is left out; the file about custom resources is one whole. */
export const laterGroups = ["apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io"];
const laterFiles = ["crds.json"];

/** Copies of the recorded files with the cases that count: [{ name, path, cases, leftOut }]. */
export function countedTranscripts(folder) {
  const copies = mkdtempSync(join(tmpdir(), "orrery-oracles-"));
  return readdirSync(folder).filter((entry) => entry.endsWith(".json") && !laterFiles.includes(entry)).map((entry) => {
    const recorded = JSON.parse(readFileSync(join(folder, entry), "utf8"));
    const cases = recorded.cases.filter((each) => {
      const text = JSON.stringify(each.steps);
      return !laterGroups.some((group) => text.includes(group));
    });
    const path = join(copies, entry);
    writeFileSync(path, JSON.stringify({ ...recorded, cases }));
    return { name: `transcripts/${entry.replace(".json", "")}`, path, cases: cases.length, leftOut: recorded.cases.length - cases.length };
  });
}
