import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { isTerm, type TermName } from "./termNames.ts";
import "./terms.css";

const tipId = "term-tip";
/** Who only passes over a word is not held up. */
const hoverMs = 350;
/** Long enough to reach the tip itself with the pointer. */
const leaveMs = 150;
const gap = 6;

interface Shown {
  readonly term: TermName;
  readonly by: Element;
}

function termAt(target: EventTarget | null): Shown | null {
  const by = target instanceof Element ? target.closest("[data-term]") : null;
  const term = by?.getAttribute("data-term") ?? "";
  return by !== null && isTerm(term) ? { term, by } : null;
}

/** One for the page: what the word means that the pointer rests on, or that has the focus. Escape puts it away. */
export function TermTip() {
  const [shown, setShown] = useState<Shown | null>(null);
  const [texts, setTexts] = useState<Readonly<Record<TermName, string>> | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer = 0;
    const soon = (next: Shown | null, ms: number) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setShown((now) => (now?.by === next?.by ? now : next)), ms);
      if (next !== null) void import("./glossary.ts").then(({ glossary }) => setTexts(glossary));
    };
    const over = ({ target }: Event) => {
      if (target instanceof Element && target.closest(`#${tipId}`) !== null) return clearTimeout(timer);
      const found = termAt(target);
      soon(found, found === null ? leaveMs : hoverMs);
    };
    const focus = ({ target }: Event) => soon(termAt(target), 0);
    const key = (event: KeyboardEvent) => event.key === "Escape" && soon(null, 0);
    // What is about to be shown still is: the word came under the pointer by the scrolling.
    const scrolled = () => setShown(null);
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", focus);
    document.addEventListener("keydown", key);
    document.addEventListener("scroll", scrolled, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", over);
      document.removeEventListener("focusin", focus);
      document.removeEventListener("keydown", key);
      document.removeEventListener("scroll", scrolled, true);
    };
  }, []);
  const text = shown === null ? undefined : texts?.[shown.term];
  useLayoutEffect(() => {
    if (shown === null || text === undefined || box.current === null) return;
    const word = shown.by.getBoundingClientRect();
    const tip = box.current.getBoundingClientRect();
    const below = word.bottom + gap + tip.height < innerHeight;
    box.current.style.left = `${Math.max(gap, Math.min(word.left, innerWidth - tip.width - gap))}px`;
    box.current.style.top = `${below ? word.bottom + gap : Math.max(gap, word.top - gap - tip.height)}px`;
    shown.by.setAttribute("aria-describedby", tipId);
    return () => shown.by.removeAttribute("aria-describedby");
  }, [shown, text]);
  if (shown === null || text === undefined) return null;
  return (
    <div role="tooltip" id={tipId} className="term-tip small" ref={box}>
      <b>{shown.term}</b> {text}
    </div>
  );
}
