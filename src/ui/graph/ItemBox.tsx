import type { CSSProperties, ReactNode } from "react";
import { useItem } from "./useItem.ts";

export interface ItemBoxProps {
  readonly uid: string;
  /** All that is drawn, in words. */
  readonly label: string;
  readonly className: string;
  readonly title?: string;
  readonly style?: CSSProperties;
  readonly children: ReactNode;
}

/**
 * One item of the graph: the drawing, and over it a button that carries the words. The drawing is for the eye only; what it shows in
 * glyphs and short names, the label says in full.
 */
export function ItemBox({ uid, label, className, title, style, children }: ItemBoxProps) {
  const item = useItem(uid);
  return (
    <div className={`item ${className}${item.selected ? " selected" : ""}`} style={style}>
      <button className="item-hit" {...item.props} aria-label={label} title={title} />
      <div className="item-drawing" aria-hidden="true">
        {children}
      </div>
    </div>
  );
}
