import type { ClusterRecording } from "../../cluster/commands.ts";
import type { AppModel } from "../app/appModel.ts";
import { doorStanding } from "../app/door.ts";
import { say } from "../app/say.ts";
import { togglePause } from "../app/transport.ts";
import { t } from "../language/text.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";
import { shortClock } from "../selectors/clockText.ts";
import { objectNamed } from "./objectName.ts";

/** Enough of a digest to compare by eye. */
export function shortDigest(digest: string): string {
  return digest.length > 12 ? `${digest.slice(0, 12)}…` : digest;
}

/** The moment a recording ends at: its last checkpoint or command. */
export function endOfRun(recording: ClusterRecording): number {
  return Math.max(recording.checkpoints.at(-1)?.at ?? 0, recording.journal.at(-1)?.at ?? 0);
}

/** Resolves when the run that was just opened has been replayed to its moment. `factsBefore`: those of the run before. */
function replayed(cluster: ClusterStore, factsBefore: unknown): Promise<void> {
  return new Promise((resolve) => {
    const stop = cluster.subscribe(({ facts, replaying, running }) => {
      if (facts === factsBefore || replaying || !running) return;
      stop();
      resolve();
    });
  });
}

export interface RunToOpen {
  readonly recording: ClusterRecording;
  readonly atUs: number;
  /** What is compared with. */
  readonly from: "link" | "file" | "saved run" | "branch";
  readonly select: string | null;
}

/** Whether the history that was replayed is the one that was written down, in one line. */
function verdict({ recording, from }: RunToOpen, here: { readonly at: number; readonly digest: string }, engine: string): { readonly same: boolean | null; readonly text: string } {
  const promised = recording.checkpoints.find(({ at }) => at === here.at);
  if (promised === undefined) return { same: null, text: t`The ${from} carries no digest of this moment to compare with.` };
  if (promised.digest === here.digest) return { same: true, text: t`Same history as the ${from} says: digest ${shortDigest(here.digest)}` };
  const why = recording.engine === "" || recording.engine === engine ? "" : t` Another engine made it (${recording.engine}; this is ${engine}).`;
  return { same: false, text: t`Not the history of the ${from}: its digest is ${shortDigest(promised.digest)}, this one is ${shortDigest(here.digest)}.${why}` };
}

/** Opens a run that came from outside at its moment, at rest, compares its digest with the promised one and says so. */
export async function openRun(app: AppModel, run: RunToOpen): Promise<void> {
  const { recording, atUs, from, select } = run;
  const factsBefore = app.cluster.getState().facts;
  app.view.setState({ selection: null, origin: null });
  app.door.store.setState(doorStanding(recording, app.loaded.scenario));
  const arrival = replayed(app.cluster, factsBefore);
  app.open(recording, atUs, true);
  await arrival;
  const fact = select === null ? null : objectNamed(app.cluster.getState().facts.values(), select);
  if (fact !== null) app.view.setState({ selection: { type: "object", uid: fact.uid } });
  const here = await app.client.ask<{ readonly at: number; readonly digest: string } | null>({ type: "digest" });
  if (here === null) return;
  const { same, text } = verdict(run, here, app.engineName());
  app.view.setState({ origin: { text: same === false ? t`from a ${from}, history differs` : t`from a ${from}`, title: text, tone: same === false ? "warning" : "ok" } });
  const lost = select !== null && fact === null ? t` ${select} is not there at this moment.` : "";
  const what = from === "link" ? t`This is a copy of the shared run. What you do here changes nothing for anyone else.` : t`Opened at ${shortClock(here.at)}.`;
  say.opened(what, `${text}${lost}`, t`Let it run`, () => {
    if (app.cluster.getState().speed === 0) togglePause(app);
  });
}
