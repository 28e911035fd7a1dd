import { PanelBottomOpen, PanelLeftOpen, PanelRightOpen } from "lucide-react";
import { useStore } from "zustand";
import { useApp, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { isFolded, panelIds, panelLabels, setFolded } from "../stores/panels.ts";

const icons = { editor: PanelLeftOpen, inspector: PanelRightOpen, dock: PanelBottomOpen } as const;

/** A button for each panel that is folded away: there is nothing else of it on the screen. */
export function FoldedPanels() {
  const { branches, view } = useApp();
  const alone = useStore(branches.store, (state) => state.comparing === null);
  const folded = useView((state) => panelIds.filter((id) => isFolded(state, id)).join(" "));
  if (!alone) return null;
  return panelIds
    .filter((id) => folded.split(" ").includes(id))
    .map((id) => {
      const Icon = icons[id];
      const label = t`Show the ${panelLabels[id].toLowerCase()}`;
      return (
        <button key={id} className="icon-btn tool" aria-label={label} title={`${label} (${panelLabels[id].charAt(0)})`} onClick={() => setFolded(view, id, false)}>
          <Icon size={14} />
        </button>
      );
    });
}
