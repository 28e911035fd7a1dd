import type { Problem } from "../stores/editorStore.ts";
import type { CheckQuestion } from "./checks.ts";

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, { readonly question: CheckQuestion; resolve(problems: readonly Problem[] | Promise<readonly Problem[]>): void }>();

/** Without a worker the page reads for itself. */
async function readHere(question: CheckQuestion): Promise<readonly Problem[]> {
  const { answerCheck } = await import("./checks.ts");
  return answerCheck(question);
}

/** Who reaches for the editor will need it in a moment. */
export function startChecker(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module", name: "orrery-checks" });
  worker.addEventListener("message", ({ data: { id, problems } }: MessageEvent<{ readonly id: number; readonly problems: readonly Problem[] }>) => {
    waiting.get(id)?.resolve(problems);
    waiting.delete(id);
  });
  worker.addEventListener("error", () => {
    for (const { question, resolve } of waiting.values()) resolve(readHere(question));
    waiting.clear();
  });
  return worker;
}

/** What is wrong with files, found beside the page's thread. */
export function checkFiles(question: CheckQuestion): Promise<readonly Problem[]> {
  return new Promise((resolve) => {
    const id = ++asked;
    waiting.set(id, { question, resolve });
    startChecker().postMessage({ id, question });
  });
}
