import { useState } from "react";
import type { WhyLink } from "../../hosts/protocol.ts";
import { useApp, useFact } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { clockText, spanText } from "../selectors/clockText.ts";
import { stateClass } from "../selectors/stateWords.ts";

const toneState = { ok: "ok", progress: "progressing", warn: "warning", fail: "failed" } as const;

function toneClass(tone: WhyLink["tone"]): string {
  return tone === null ? "" : tone === "person" ? "st-person" : stateClass(toneState[tone]);
}

/** The first link in cluster time, the others by what came between. */
function timeText(link: WhyLink, first: WhyLink | undefined): string {
  return first === undefined || link === first ? clockText(link.at).replace(/^00:0?/, "") : `+${spanText(link.at - first.at)}`;
}

/** A new chain comes with a new sentence; what else may lead to one is looked for now and then. */
const pauseMs = (): number => 1_200;

/** The causal chain of an object: from the person's act, or the boot, down to the write that made it what its sentence says. */
export function WhyRail({ uid }: { readonly uid: string }) {
  const { client } = useApp();
  const fact = useFact(uid);
  const [kept, setKept] = useState<readonly WhyLink[]>([]);
  const fresh = useLive(`why/${uid}/${fact?.sentence ?? ""}`, () => client.ask<readonly WhyLink[] | null>({ type: "why", uid }), pauseMs);
  if (fresh !== null && fresh.length > 0 && fresh !== kept) setKept(fresh);
  // What led to an object stays true when it is gone and the cluster no longer knows it.
  const links = fresh !== null && fresh.length > 0 ? fresh : kept.length > 0 ? kept : fresh;
  if (links === null) return <Reading>{t`Following the causes.`}</Reading>;
  if (links.length === 0) return <p className="empty">{t`No cause is on record for this object.`}</p>;
  // A node that fell silent, an Ingress that was given its address: nobody's act is in sight, and one looks for it.
  const byItself = links.every(({ id, tone }) => id === "boot" || tone !== "person");
  return (
    <>
      <ol className="rail">
        {links.map((link, index) => (
          <li key={`${link.id}-${index}`} className={toneClass(link.tone)}>
            <time title={clockText(link.at)}>{timeText(link, links[0])}</time>
            <span className="knot" />
            <div className="who">
              <b>{link.component}</b>
              <div>{link.text}</div>
            </div>
          </li>
        ))}
      </ol>
      {byItself && <p className="small dimmer rail-note">{t`This led to what the sentence says. Who made the object, and all that was written to it, stands in History.`}</p>}
    </>
  );
}
