import type { Labels } from "../../apimachinery/labels.ts";
import type { Problem } from "../stores/editorStore.ts";
import { checkText } from "./checkText.ts";
import { linkProblems } from "./manifestLinks.ts";

interface FileText {
  readonly name: string;
  readonly text: string;
}

/** What the page asks of its files, in plain data. */
export type CheckQuestion =
  /** What YAML and schema say of one. */
  | { readonly type: "file"; readonly file: FileText }
  /** What the documents of all say of each other and of the cluster: its names as "Kind/namespace/name", and the labels of its pods by namespace. */
  | { readonly type: "links"; readonly files: readonly FileText[]; readonly names: ReadonlySet<string>; readonly pods: ReadonlyMap<string, readonly Labels[]> };

export function answerCheck(question: CheckQuestion): readonly Problem[] {
  if (question.type === "file") return checkText(question.file.name, question.file.text).problems;
  const { files, names, pods } = question;
  return linkProblems(
    files.flatMap(({ name, text }) => checkText(name, text).docs.map(({ doc }) => ({ file: name, doc }))),
    { has: (kind, namespace, name) => names.has(`${kind}/${namespace}/${name}`) || (kind === "Node" && names.has(`${kind}//${name}`)), podLabels: (namespace) => pods.get(namespace) ?? [] },
  );
}
