import { t } from "../language/text.ts";
import { waitingWords } from "../selectors/waitingWords.ts";

/** The sentence of a pod without a node: in plain words first, and as the scheduler has it. */
export function WaitingSentence({ sentence }: { readonly sentence: string }) {
  const words = waitingWords(sentence);
  if (words === null) return sentence;
  return (
    <>
      {words.plain}
      <span className="small dim scheduler-said">{t`The scheduler: ${words.exact}`}</span>
    </>
  );
}
