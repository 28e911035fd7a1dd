import { t } from "../language/text.ts";

/** How the sentence of a pod begins for which no node fits; then come the scheduler's words. */
const waiting = "Waiting for a node: ";

type Told = readonly [pattern: RegExp, words: (nodes: string, match: RegExpExecArray) => string];

const resources: Readonly<Record<string, string>> = { cpu: "CPU", "ephemeral-storage": t`local storage` };

/** What the scheduler says of so many nodes, in words for who has not met it before. */
const ofNodes: readonly Told[] = [
  [/^Insufficient (\S+)$/, (nodes, [, resource = ""]) => t`too little ${resources[resource] ?? resource} is left for what it requests on ${nodes}`],
  [/^Too many pods$/, (nodes) => t`as many pods as a node may have are on ${nodes}`],
  [/untolerated taint/, (nodes) => t`a taint that it does not tolerate is on ${nodes}`],
  [/were unschedulable/, (nodes) => t`cordoned: ${nodes}`],
  [/Pod's node affinity\/selector/, (nodes) => t`the labels that it asks for are missing on ${nodes}`],
  [/the requested node name/, (nodes) => t`not the node that it names: ${nodes}`],
  [/free ports/, (nodes) => t`the host port that it wants is taken on ${nodes}`],
  [/topology spread/, (nodes) => t`less evenly spread than it asks for on ${nodes}`],
  [/anti-affinity/, (nodes) => t`a pod that it must not stand beside is on ${nodes}`],
  [/pod affinity/, (nodes) => t`no pod that it must stand beside is on ${nodes}`],
  [/PersistentVolume's node affinity|no available volume zone/, (nodes) => t`its volume cannot be reached from ${nodes}`],
  [/available persistent volumes to bind|enough free storage/, (nodes) => t`no volume that its claim could have on ${nodes}`],
];

/** What it says of the pod itself. */
const ofPod: readonly Told[] = [
  [/unbound immediate PersistentVolumeClaims/, () => t`its claim has no volume yet`],
  [/persistentvolumeclaim "([^"]+)" not found/, (_, [, claim = ""]) => t`its claim ${claim} does not exist`],
];

function inWords(list: readonly Told[], said: string, nodes: string): string | null {
  for (const [pattern, words] of list) {
    const match = pattern.exec(said);
    if (match !== null) return words(nodes, match);
  }
  return null;
}

/**
 * The scheduler's message in plain words, and the message itself; null where a sentence is of something else. What it says of
 * preemption stays in the message alone, and so does a reason that has no words here.
 */
export function waitingWords(sentence: string): { readonly plain: string; readonly exact: string } | null {
  if (!sentence.startsWith(waiting)) return null;
  const exact = sentence.slice(waiting.length);
  const [, all = "", told = ""] = /^0\/(\d+) nodes are available: (.*?)\.(?: |$)/.exec(exact) ?? [];
  const itself = inWords(ofPod, exact, "");
  if (itself !== null) return { plain: t`It waits: ${itself}.`, exact };
  const reasons = told.split(/, (?=\d)/).map((reason) => {
    const [, count = "", said = ""] = /^(\d+) (.+)$/.exec(reason) ?? [];
    return inWords(ofNodes, said, t`${count} of ${all} nodes`);
  });
  const known = reasons.filter((one) => one !== null);
  return { plain: known.length === 0 ? t`It waits, because no node fits.` : t`It waits, because no node fits: ${known.join("; ")}.`, exact };
}
