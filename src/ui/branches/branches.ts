import { createStore } from "zustand/vanilla";
import type { ClusterRecording } from "../../cluster/commands.ts";
import type { SimTime } from "../../sim/time.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";
import type { LookBack } from "../timeline/lookBack.ts";

/** One line of history: the first, or another future of a moment of one of the others. */
export interface BranchName {
  readonly id: number;
  readonly name: string;
  /** The one it forked from, and when; null: the first. */
  readonly from: number | null;
  readonly forkUs: number;
}

/** One that is not on the page now, as it was left. */
export interface KeptBranch extends BranchName {
  readonly recording: ClusterRecording;
  readonly endUs: number;
}

export interface BranchState {
  readonly current: BranchName;
  readonly kept: readonly KeptBranch[];
  /** Id of the kept one that stands beside the run. */
  readonly comparing: number | null;
}

/** A recording is some hundred kilobytes at most: a limit of ours. */
export const mostBranches = 8;

const first: BranchName = { id: 1, name: t`First run`, from: null, forkUs: 0 };

export interface BranchParts {
  readonly cluster: ClusterStore;
  readonly client: () => EngineClient;
  readonly look: LookBack;
  /** Puts a recording on the page at its moment, at rest. */
  readonly open: (recording: ClusterRecording, atUs: number) => Promise<void>;
  /** The run begins anew with these commands in its past. */
  readonly begun: (past: Pick<ClusterRecording, "journal">) => void;
  readonly tell: { notice(message: string): void; wrong(message: string, detail?: string): void };
}

/**
 * Branches of the run on this page. To branch keeps the run as it is and goes on from an earlier moment as another; what is kept can
 * be gone back to, or laid beside the run. They live as long as the page shows this run.
 */
export function createBranches({ cluster, client, look, open, begun, tell }: BranchParts) {
  const store = createStore<BranchState>(() => ({ current: first, kept: [], comparing: null }));
  let ids = first.id;
  /** While the page itself goes to another branch; every other new run ends this one and its branches. */
  let going = false;
  let branching: Promise<boolean> | null = null;
  cluster.subscribe((state, before) => {
    if (state.run === before.run || going || store.getState() === store.getInitialState()) return;
    ids = first.id;
    store.setState(store.getInitialState(), true);
  });

  const keepCurrent = async (): Promise<KeptBranch | null> => {
    const recording = await client().ask<ClusterRecording | null>({ type: "recording" });
    return recording === null ? null : { ...store.getState().current, recording, endUs: recording.checkpoints.at(-1)?.at ?? cluster.getState().now };
  };

  /** Hears of the next run on the page; `stop` where none comes. */
  const nextRun = (): { readonly comes: Promise<void>; readonly stop: () => void } => {
    let stop: () => void = () => undefined;
    const comes = new Promise<void>((resolve) => {
      stop = cluster.subscribe((state, before) => {
        if (state.run === before.run) return;
        stop();
        resolve();
      });
    });
    return { comes, stop };
  };

  const fork = async (atUs: number): Promise<boolean> => {
    if (store.getState().kept.length >= mostBranches) {
      tell.wrong(t`No branch was made`, t`${mostBranches} are kept, the most there may be: forget one first.`);
      return false;
    }
    const left = await keepCurrent();
    if (left === null) {
      tell.wrong(t`No branch was made`, t`The engine does not say what the run was, so it could not be kept.`);
      return false;
    }
    // What both have behind them is on both timelines.
    const past = cluster.getState().marks.filter(({ at }) => at <= atUs);
    going = true;
    try {
      const arrival = nextRun();
      const refusal = await client().branch(atUs as SimTime);
      if (refusal !== null) {
        arrival.stop();
        tell.wrong(t`No branch was made`, refusal);
        return false;
      }
      await arrival.comes;
    } finally {
      going = false;
    }
    begun({ journal: left.recording.journal.filter(({ at }) => at <= atUs) });
    const id = ++ids;
    cluster.setState(({ marks }) => ({ marks: [...past, { at: atUs as SimTime, tone: "person", label: t`Branch ${id - 1}` }, ...marks] }));
    store.setState(({ kept }) => ({ current: { id, name: t`Branch ${id - 1}`, from: left.id, forkUs: atUs }, kept: [...kept, left] }));
    tell.notice(t`Branch ${id - 1} goes on from ${shortClock(atUs)}. ${left.name} is kept as it was.`);
    return true;
  };

  const here = (): Promise<boolean> => {
    const { now, lookingAt } = cluster.getState();
    branching ??= fork(lookingAt ?? now).finally(() => void (branching = null));
    return branching;
  };

  return {
    store,
    /** Another future from the moment that is shown. False where none could be made. */
    here,
    /** What is put in while one looks back belongs to that moment: it becomes a branch. Null where now is shown. */
    beforeInput: (): Promise<boolean> | null => (branching !== null ? branching : cluster.getState().lookingAt === null ? null : here()),
    /** Back to one that was kept; the one that was here is kept in its place. */
    async goTo(id: number): Promise<void> {
      const wanted = store.getState().kept.find((branch) => branch.id === id);
      const left = wanted === undefined ? null : await keepCurrent();
      if (wanted === undefined || left === null) return;
      look.now();
      going = true;
      try {
        await open(wanted.recording, wanted.endUs);
      } finally {
        going = false;
      }
      const { recording: _r, endUs: _e, ...current } = wanted;
      store.setState(({ kept }) => ({ current, kept: kept.map((branch) => (branch.id === id ? left : branch)), comparing: null }));
    },
    /** Returns what brings it back. */
    forget(id: number): () => void {
      const gone = store.getState().kept.find((branch) => branch.id === id);
      store.setState(({ kept, comparing }) => ({ kept: kept.filter((branch) => branch.id !== id), comparing: comparing === id ? null : comparing }));
      return () => gone !== undefined && store.setState(({ kept }) => ({ kept: [...kept, gone] }));
    },
    rename(id: number, name: string): void {
      const renamed = <T extends BranchName>(branch: T): T => (branch.id === id && name.trim() !== "" ? { ...branch, name: name.trim().slice(0, 80) } : branch);
      store.setState(({ current, kept }) => ({ current: renamed(current), kept: kept.map(renamed) }));
    },
    /** Lays a kept one beside the run; null: alone again. */
    compare: (id: number | null): void => store.setState({ comparing: id }),
  };
}
export type Branches = ReturnType<typeof createBranches>;

/** Where two histories part: the latest fork that is not common to both, in microseconds. */
export function partingUs(state: BranchState, other: KeptBranch): number {
  const all = new Map<number, BranchName>([state.current, ...state.kept].map((branch) => [branch.id, branch]));
  // From a branch up to the first: [branch, moment up to which its history counts].
  const lineage = (from: BranchName): Map<number, number> => {
    const found = new Map<number, number>();
    let until = Number.POSITIVE_INFINITY;
    for (let at: BranchName | undefined = from; at !== undefined && !found.has(at.id); at = at.from === null ? undefined : all.get(at.from)) {
      found.set(at.id, until);
      until = Math.min(until, at.forkUs);
    }
    return found;
  };
  const ours = lineage(state.current);
  for (const [id, until] of lineage(other)) {
    const same = ours.get(id);
    if (same !== undefined) return Math.min(same, until);
  }
  return 0;
}
