import { useApp, useFact, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { glyphs, podWord, shortPodName, stateClass } from "../selectors/stateWords.ts";
import { togglePin } from "../stores/viewStore.ts";
import { useStageStore } from "./stageStore.ts";

/** Pinned objects: how each is, whatever the lens shows and wherever one has zoomed. */
export function PinStrip() {
  const pins = useView((state) => state.pins);
  if (pins.length === 0) return null;
  return (
    <ul className="pins" aria-label={t`Pinned`}>
      {pins.map((uid) => (
        <PinChip key={uid} uid={uid} />
      ))}
    </ul>
  );
}

function PinChip({ uid }: { readonly uid: string }) {
  const { view } = useApp();
  const stage = useStageStore();
  const fact = useFact(uid);
  const selected = useView(({ selection }) => selection?.type === "object" && selection.uid === uid);
  const health = fact === null ? "unknown" : fact.deleting ? "terminating" : fact.health;
  const word = fact === null ? "gone" : fact.summary.tier === "pod" ? podWord(fact) : fact.summary.tier === "workload" ? t`${fact.summary.ready} of ${fact.summary.desired}` : "";
  const name = fact === null ? "gone" : shortPodName(fact.ref.name);
  const show = () => {
    view.setState({ selection: { type: "object", uid } });
    stage.setState({ goTo: { id: uid } });
  };
  return (
    <li className={`pin ${stateClass(health)}${selected ? " on" : ""}`}>
      <button className="pin-show" onClick={show} title={fact === null ? t`It is no longer there` : fact.sentence}>
        <span className="state" aria-hidden="true">
          {glyphs[health]}
        </span>
        <span className="mono ell">{name}</span>
        {word !== "" && word !== name && <span className="dimmer">{word}</span>}
      </button>
      <button className="pin-off" aria-label={t`Unpin ${name}`} title={t`Unpin`} onClick={() => togglePin(view, uid)}>
        ✕
      </button>
    </li>
  );
}
