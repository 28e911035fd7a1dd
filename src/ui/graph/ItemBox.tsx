import type { CSSProperties, ReactNode } from "react";
import type { Selection } from "../stores/viewStore.ts";
import { useItem } from "./useItem.ts";

export interface ItemBoxProps {
  /** Of the object, or the item's name where it is none; then `selects` says what it stands for. */
  readonly uid: string;
  readonly selects?: Selection;
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
export function ItemBox({ uid, selects, label, className, title, style, children }: ItemBoxProps) {
  const item = useItem(uid, selects);
  return (
    <div className={`item ${className}${item.selected ? " selected" : ""}${item.dimmed ? " not-found" : ""}`} style={style}>
      <button className="item-hit" {...item.props} aria-label={label} title={title} />
      <div className="item-drawing" aria-hidden="true">
        {children}
      </div>
    </div>
  );
}

/**
 * The same where the item is all of the box that it stands in: without a box of its own about both, as a graph has many of them. The box around must be
 * positioned; in a grid `style` says which cell both have.
 */
export function ItemFill({ uid, selects, label, className, title, style, children }: ItemBoxProps) {
  const item = useItem(uid, selects);
  return (
    <>
      <button className="item-hit" style={style} {...item.props} aria-label={label} title={title} />
      <div className={`item ${className}${item.selected ? " selected" : ""}${item.dimmed ? " not-found" : ""}`} style={style} aria-hidden="true">
        {children}
      </div>
    </>
  );
}

/** An item that is a line of words and no more, as a graph has many of them: one button, whose label has to begin with or hold the words that are seen. */
export function ItemLine({ uid, selects, label, className, title, style, children }: ItemBoxProps) {
  const item = useItem(uid, selects);
  return (
    <button className={`item item-line ${className}${item.selected ? " selected" : ""}${item.dimmed ? " not-found" : ""}`} style={style} {...item.props} aria-label={label} title={title}>
      {children}
    </button>
  );
}
