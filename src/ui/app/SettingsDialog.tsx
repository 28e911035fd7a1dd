import { panelIds, panelLabels, setFolded, setProjector, isFolded } from "../stores/panels.ts";
import { setTheme, themeLabels, type ThemeChoice } from "../stores/viewStore.ts";
import { useApp, useView } from "./appModel.ts";
import { Modal } from "./Modal.tsx";

/** How the page looks: kept in this browser, no part of a run. */
export function SettingsDialog() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "settings");
  const theme = useView((state) => state.theme);
  const projector = useView((state) => state.projector);
  const folded = useView((state) => panelIds.filter((id) => isFolded(state, id)).join(" ")).split(" ");
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title="Settings" lead="How the page looks. Kept in this browser; no part of a run or of a link.">
      <div className="settings">
        <fieldset>
          <legend>Theme</legend>
          {(Object.keys(themeLabels) as ThemeChoice[]).map((choice) => (
            <label key={choice}>
              <input type="radio" name="theme" checked={theme === choice} onChange={() => setTheme(view, choice)} /> {themeLabels[choice]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>For a room</legend>
          <label>
            <input type="checkbox" checked={projector} onChange={(event) => setProjector(view, event.target.checked)} /> Projector mode <kbd aria-hidden="true">Shift P</kbd>
          </label>
          <p className="small dim">Larger type and controls, stronger lines, and room for the graph: read from the last row.</p>
        </fieldset>
        <fieldset>
          <legend>{projector ? "Shown in projector mode" : "Shown"}</legend>
          {panelIds.map((id) => (
            <label key={id}>
              <input type="checkbox" checked={!folded.includes(id)} onChange={(event) => setFolded(view, id, !event.target.checked)} /> {panelLabels[id]}
            </label>
          ))}
        </fieldset>
      </div>
      <div className="acts">
        <button className="btn primary" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  );
}
