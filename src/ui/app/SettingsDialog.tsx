import { useState } from "react";
import { languages } from "../language/catalogs.ts";
import { chooseLanguage, chosenLanguage } from "../language/choice.ts";
import { t } from "../language/text.ts";
import { panelIds, panelLabels, setFolded, setProjector, isFolded } from "../stores/panels.ts";
import { setTheme, themeLabels, type ThemeChoice } from "../stores/viewStore.ts";
import { useApp, useView } from "./appModel.ts";
import { Modal } from "./Modal.tsx";

/** The language of this page as it stands. */
const spoken = chosenLanguage().tag;

/** How the page looks: kept in this browser, no part of a run. */
export function SettingsDialog() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "settings");
  const theme = useView((state) => state.theme);
  const projector = useView((state) => state.projector);
  const folded = useView((state) => panelIds.filter((id) => isFolded(state, id)).join(" ")).split(" ");
  const [language, setLanguage] = useState(spoken);
  const choose = (tag: string) => {
    chooseLanguage(tag);
    setLanguage(tag);
  };
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title={t`Settings`} lead={t`How the page looks. Kept in this browser; no part of a run or of a link.`}>
      <div className="settings">
        <fieldset>
          <legend>{t`Theme`}</legend>
          {(Object.keys(themeLabels) as ThemeChoice[]).map((choice) => (
            <label key={choice}>
              <input type="radio" name="theme" checked={theme === choice} onChange={() => setTheme(view, choice)} /> {themeLabels[choice]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t`Language`}</legend>
          <select className="field" aria-label={t`Language`} value={language} onChange={(event) => choose(event.target.value)}>
            {languages.map(({ tag, name }) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
          {language !== spoken && <p className="small dim">{t`In force when the page is loaded again; the run goes on.`}</p>}
        </fieldset>
        <fieldset>
          <legend>{t`For a room`}</legend>
          <label>
            <input type="checkbox" checked={projector} onChange={(event) => setProjector(view, event.target.checked)} />{" "}{t`Projector mode`}{" "}<kbd aria-hidden="true">{t`Shift P`}</kbd>
          </label>
          <p className="small dim">{t`Larger type and controls, stronger lines, and room for the graph: read from the last row.`}</p>
        </fieldset>
        <fieldset>
          <legend>{projector ? t`Shown in projector mode` : t`Shown`}</legend>
          {panelIds.map((id) => (
            <label key={id}>
              <input type="checkbox" checked={!folded.includes(id)} onChange={(event) => setFolded(view, id, !event.target.checked)} /> {panelLabels[id]}
            </label>
          ))}
        </fieldset>
      </div>
      <div className="acts">
        <button className="btn primary" onClick={close}>
          {t`Close`}
        </button>
      </div>
    </Modal>
  );
}
