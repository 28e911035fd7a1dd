import { answerCheck, type CheckQuestion } from "./checks.ts";

/** Reads YAML beside the page's thread: a long or faulty file takes tenths of a second. */
const port = globalThis as unknown as { onmessage: ((event: { readonly data: { readonly id: number; readonly question: CheckQuestion } }) => void) | null; postMessage(message: unknown): void };

port.onmessage = ({ data: { id, question } }) => port.postMessage({ id, problems: answerCheck(question) });
