import type { ReactNode } from "react";
import { isTerm } from "./termNames.ts";

export interface TermProps {
  /** The word as Kubernetes uses it; one that is not explained is shown as it is. */
  readonly of: string;
  /** Reached by Tab: where there are few. In tables the words are hovered, and all of them stand in the glossary. */
  readonly inTabOrder?: boolean;
  readonly children?: ReactNode;
}

/** A word that says what it means where one points at it or comes to it by Tab (TermTip). */
export function Term({ of, inTabOrder = false, children = of }: TermProps) {
  if (!isTerm(of)) return <>{children}</>;
  return (
    <span className="term" data-term={of} {...(inTabOrder ? { tabIndex: 0 } : {})}>
      {children}
    </span>
  );
}
