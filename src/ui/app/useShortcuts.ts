import { useEffect } from "react";
import { useApp } from "./appModel.ts";
import { pageCommands } from "./commands.ts";

/** Whether keys belong to what has the focus: text, or a control that Space and Enter press. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [role=textbox], .monaco-editor, [role=dialog]") !== null);
}

function pressesItself(event: KeyboardEvent): boolean {
  return (event.key === " " || event.key === "Enter") && event.target instanceof HTMLElement && event.target.closest("button, a, [role=tab], [role=button], [role=slider]") !== null;
}

/** One listener for all shortcuts. */
export function useShortcuts(): void {
  const app = useApp();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      for (const command of pageCommands) {
        if (command.keys?.(event) !== true) continue;
        if (command.whileTyping !== true && (isTyping(event.target) || pressesItself(event))) continue;
        event.preventDefault();
        // Monaco heeds no prevented default: Ctrl+Enter would also begin a line, and Ctrl+K a chord that swallows the next key.
        if (command.whileTyping === true) event.stopPropagation();
        command.run(app);
        return;
      }
    };
    // Capture: before the editor and any field hear of it.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [app]);
}
