import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { say } from "../app/say.ts";
import { t } from "../language/text.ts";

/** Copies a text, and shows for a moment that it did. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1_600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      say.wrong(t`The browser does not allow to copy`, text);
    }
  };
  return (
    <button className="icon-btn copy-btn" aria-label={done ? t`Copied` : label} title={label} onClick={() => void copy()}>
      {done ? <Check size={13} className="state st-ok" /> : <Copy size={13} />}
    </button>
  );
}
