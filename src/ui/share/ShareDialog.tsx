import { useEffect, useMemo, useRef, useState } from "react";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { linkLimits } from "../../share/limits.ts";
import { writeFragment } from "../../share/link.ts";
import { encodeRecording } from "../../share/recordingCodec.ts";
import { secretCount, withoutSecrets } from "../../share/withoutSecrets.ts";
import { useApp, useView } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { say } from "../app/say.ts";
import { plural, t } from "../language/text.ts";
import { groupedNumber, shortClock } from "../selectors/clockText.ts";
import { objectName } from "./objectName.ts";
import { downloadRun } from "./downloadRun.ts";
import { OpenFileButton } from "./OpenFileButton.tsx";
import { shortDigest } from "./openRun.ts";
import "./share.css";

interface Prepared {
  readonly recording: ClusterRecording;
  readonly atUs: number;
}

/** The whole run as a link: what it holds, what it leaves out, and a button that copies it. */
export function ShareDialog() {
  const { view } = useApp();
  const open = useView((state) => state.dialog === "share");
  const close = () => view.setState({ dialog: null });
  return (
    <Modal open={open} onClose={close} title={t`Share this run`} lead={t`Whoever opens the link sees the same run at the same moment, in a copy of their own. The link is the run: it goes to no server.`}>
      <ShareBody close={close} />
    </Modal>
  );
}

/** Made anew each time the dialog opens: a link is of that moment. */
function ShareBody({ close }: { readonly close: () => void }) {
  const app = useApp();
  const { client, cluster } = app;
  const lens = useView((state) => state.lens);
  const selection = useView((state) => state.selection);
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [withSecrets, setWithSecrets] = useState(false);
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void client.ask<ClusterRecording | null>({ type: "recording" }).then((recording) => recording !== null && setPrepared({ recording, atUs: recording.checkpoints.at(-1)?.at ?? cluster.getState().now }));
  }, [client, cluster]);
  const secrets = prepared === null ? 0 : secretCount(prepared.recording);
  const recording = prepared === null ? null : withSecrets ? prepared.recording : withoutSecrets(prepared.recording);
  const payload = useMemo(() => (recording === null ? "" : encodeRecording(recording)), [recording]);
  const tooLong = payload.length > linkLimits.encoded;
  const selected = selection?.type === "object" ? cluster.getState().facts.get(selection.uid) : undefined;
  const link = prepared === null ? "" : `${location.href.replace(/#.*$/, "")}${writeFragment(payload, prepared.atUs, lens, selected === undefined ? null : objectName(selected))}`;
  const digest = recording?.checkpoints.find(({ at }) => at === prepared?.atUs)?.digest;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
      say.done(t`Link copied`);
    } catch {
      // Without leave for the clipboard the person copies by hand: the text is selected for that.
      field.current?.select();
    }
  };
  return (
    <>
      {recording !== null && prepared !== null && (
        <>
          <dl className="holds">
            <dt>{t`Moment`}</dt>
            <dd>{t`${shortClock(prepared.atUs)} after the start`}</dd>
            <dt>{t`Cluster`}</dt>
            <dd>
              {t`${recording.spec.nodes?.length ?? 0} nodes, seed ${recording.seed}`}
            </dd>
            <dt>{t`Your acts`}</dt>
            <dd>
              {t`${recording.journal.length} ${plural(recording.journal.length, "command", "commands")}: applies, faults, traffic`}
            </dd>
            <dt>{t`Digest`}</dt>
            <dd title={digest}>{digest === undefined ? t`none: Secret values are left out, so the copy's history differs in them` : <span className="mono">{shortDigest(digest)}</span>}</dd>
            <dt>{t`Size`}</dt>
            <dd>
              {t`${groupedNumber(link.length)} characters`}
            </dd>
          </dl>
          {secrets > 0 && (
            <label className="secrets">
              <input type="checkbox" checked={withSecrets} onChange={(event) => setWithSecrets(event.target.checked)} />
              <span>
                {t`Include Secret values (${secrets}). Without this they are replaced by placeholders of the same length.`}
              </span>
            </label>
          )}
          {tooLong ? (
            <p className="lead st-warning">
              <span className="state">▲</span>{" "}{t`This run is too long for a link (${groupedNumber(payload.length)} of ${groupedNumber(linkLimits.encoded)} characters). Save it as a file instead.`}
            </p>
          ) : (
            <input className="field share-link mono" aria-label={t`Link`} readOnly value={link} ref={field} onFocus={(event) => event.target.select()} />
          )}
        </>
      )}
      <div className="acts">
        <button className="btn quiet" onClick={close}>
          {t`Close`}
        </button>
        <OpenFileButton close={close} />
        <button className="btn" disabled={recording === null} onClick={() => recording !== null && downloadRun(recording)}>
          {t`Save as file`}
        </button>
        <button className="btn primary" disabled={recording === null || tooLong} onClick={() => void copy()}>
          {copied ? t`Copied` : t`Copy link`}
        </button>
      </div>
    </>
  );
}
