import { toast } from "sonner";
import { t } from "../language/text.ts";

const mostLines = 6;

/** Some of many lines, and how many more there are: a notice covers little of the page. */
export function fewLines(lines: readonly string[]): string {
  return (lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 1), t`and ${lines.length - mostLines + 1} more`]).join("\n");
}

/** The page's calm notices, in one place. */
export const say = {
  done(message: string, detail?: string): void {
    toast(message, { ...(detail === undefined ? {} : { description: detail }), className: "say-done" });
  },
  notice(message: string): void {
    toast(message, { className: "say-notice", duration: 8_000 });
  },
  wrong(message: string, detail?: string): void {
    toast(message, { ...(detail === undefined ? {} : { description: detail }), className: "say-wrong", duration: 10_000 });
  },
  /** Something was opened; `act` is what one most likely wants next. */
  opened(message: string, detail: string, act: string, run: () => void): void {
    toast(message, { description: detail, action: { label: act, onClick: run }, duration: 15_000, className: "say-notice" });
  },
  undoable(message: string, undo: () => void, label = "Undo", detail?: string): void {
    toast(message, { ...(detail === undefined ? {} : { description: detail }), action: { label, onClick: undo }, duration: 12_000, className: "say-done" });
  },
};
