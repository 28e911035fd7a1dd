import { memo } from "react";
import { useStage } from "./stageStore.ts";
import type { LensItem } from "./lens.ts";
import { t } from "../language/text.ts";

/** A box left of the machines: the lens in force knows how it looks. */
export const LeftBox = memo(function LeftBox({ data: { item } }: { readonly data: { readonly item: LensItem } }) {
  const Drawn = useStage((state) => state.lens.boxes[item.type]);
  const dimmed = useStage((state) => state.found !== null && !state.found.has(item.id));
  if (item.type === "more") return <div className="more-box micro">{t`and ${String(item.data)} more: search finds them`}</div>;
  if (Drawn === undefined) return null;
  return (
    <div className={dimmed ? "left-box not-found" : "left-box"}>
      <Drawn item={item} />
    </div>
  );
});
