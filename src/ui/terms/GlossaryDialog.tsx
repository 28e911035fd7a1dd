import { useState } from "react";
import { Modal } from "../app/Modal.tsx";
import { useApp, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { glossary } from "./glossary.ts";
import { termNames } from "./termNames.ts";
import "./terms.css";

/** Every word that is explained, found by what it is called or by what it is said to be. */
export function GlossaryDialog() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "glossary");
  const [sought, setSought] = useState("");
  const close = () => view.setState({ dialog: null });
  const part = sought.trim().toLowerCase();
  const found = termNames.filter((name) => `${name} ${glossary[name]}`.toLowerCase().includes(part));
  return (
    <Modal open={open} onClose={close} title={t`Words of Kubernetes`} lead={t`What the page underlines with dots, explained in a sentence or two.`}>
      <input className="field glossary-find" type="search" aria-label={t`Find a word`} placeholder={t`Find a word`} maxLength={60} value={sought} onChange={(event) => setSought(event.target.value)} />
      <dl className="glossary small" tabIndex={0} aria-label={t`Words`}>
        {found.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{glossary[name]}</dd>
          </div>
        ))}
        {found.length === 0 && <p className="empty">{t`No such word is explained here.`}</p>}
      </dl>
      <div className="acts">
        <button className="btn" onClick={close}>
          {t`Close`}
        </button>
      </div>
    </Modal>
  );
}
