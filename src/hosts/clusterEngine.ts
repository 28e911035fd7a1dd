import { isReady } from "./allReady.ts";
import { AuditLog, auditList } from "./auditLog.ts";
import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import { parseRfc3339 } from "../base/rfc3339.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Breakpoint, BreakpointHit } from "../cluster/breakpoints.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import type { CommandInterpreter } from "../cluster/interpreter.ts";
import { addTime, hour, minute, second, simTime, type SimTime } from "../sim/time.ts";
import { apiServer, clusterComposition, isReconcile } from "./clusterComposition.ts";
import { Watching } from "./breakpoints/watching.ts";
import { ClusterObserver } from "./clusterObserver.ts";
import { Coordinator, type WindowNews } from "./coordinator.ts";
import { describeCommand } from "./describeCommand.ts";
import { Driver } from "./driver.ts";
import { engineName } from "./engineName.ts";
import { Framer, noChange } from "./framer.ts";
import { HostLost, isPromise, whenDone, type HostPort, type MaybePromise } from "./hostPort.ts";
import { MetricsSampler } from "./metricsSampler.ts";
import { newestEvents } from "./newestEvents.ts";
import { ObjectTable } from "./objectTable.ts";
import { OutsideWatch, readOutside, unavailable } from "./outsideReads.ts";
import { OutsideStreams } from "./outsideStreams.ts";
import { objectOf, PastView, standingOf } from "./pastView.ts";
import { packFrom } from "./packed/packFrom.ts";
import { PendingWrites } from "./pendingWrites.ts";
import { endOf, fittingKeyframe, inputsHash, runName, shelveKeyframe, type Shelf } from "./shelf.ts";
import type { Keyframe } from "./keyframes.ts";
import type { EngineQuestion, Frame, Topic } from "./protocol.ts";
import { eitherSays, queuesOf } from "./queues.ts";
import type { WallClock } from "./wallClock.ts";
import { workersChart, type WorkersState } from "./workersMachine.ts";

export interface EngineListener {
  /** Asked for a frame no more often than frames can be shown; null where nobody wants frames. */
  readonly frame: ((frame: Frame) => void) | null;
  notice(message: string): void;
  /** The run was paused at a breakpoint. */
  hit?(hit: BreakpointHit): void;
  failed(message: string, recording: ClusterRecording): void;
}

export interface ClusterEngineOptions {
  readonly recording: ClusterRecording;
  readonly clock: WallClock;
  readonly listener: EngineListener;
  /** The hosts to begin with; the first must be in this thread. Asked again for each when one is lost. */
  readonly openHost: (index: number) => HostPort<ClusterSpec>;
  readonly hosts: number;
  /** Where to go once the cluster has booted: a cluster boots fastest in one thread. */
  readonly hostsAfterBoot?: number;
  readonly speed?: number;
  readonly pauseHiddenAfterMs?: number | null;
  /** Replays up to here; null: to the end of the recording. */
  readonly replayTo?: SimTime | null;
  /** Keeps the run over a reload. */
  readonly shelf?: Shelf | null;
  /** What a cluster boots without is there then; null: it is. */
  readonly arrives?: Promise<void> | null;
}

/** A boot that is not done by then goes on at the set speed. */
const longestBootUs = 3 * minute;
/** Thirty pictures a second: what moves between them the page moves itself. */
const frameEveryMs = 33;
const saveEveryMs = 1000;

type ClusterCoordinator = Coordinator<ClusterSpec, ClusterCommand, CommandInterpreter>;

/** One running cluster: what the engine worker and the gateway have in common. */
export class ClusterEngine {
  readonly epochUs: number;
  private readonly options: ClusterEngineOptions;
  private readonly coordinator: ClusterCoordinator;
  private readonly driver: Driver;
  private readonly observer: ClusterObserver;
  private readonly framer = new Framer();
  private readonly audit: AuditLog;
  private readonly sampler: MetricsSampler;
  private readonly writes = new PendingWrites();
  /** exec, attach and port-forward from outside. */
  readonly streams = new OutsideStreams((command) => this.command(command), (process, question) => this.coordinator.observe(process, question), (node) => !this.coordinator.stopped.includes(`${node}/kubelet`));
  private readonly listeners = new Set<() => void>();
  private parent: ClusterRecording["parent"];
  private booted = false;
  private replayingUntil: SimTime | null = null;
  private recoveringUntil: SimTime = simTime(0);
  private workers: WorkersState = workersChart.initial;
  /** A worker died in a window that ended here. */
  private lostBefore: SimTime = simTime(0);
  private reconciles = 0;
  private past: PastView | null = null;
  private readonly watching: Watching;
  private readonly shelf: Shelf | null;
  private unsaved = false;
  private savedAtMs = 0;
  private lastFrameMs = Number.NEGATIVE_INFINITY;
  private frameIsDue = false;

  constructor(options: ClusterEngineOptions) {
    this.options = options;
    this.parent = options.recording.parent;
    this.shelf = options.shelf ?? null;
    this.epochUs = parseRfc3339(options.recording.spec.epoch) ?? 0;
    this.audit = new AuditLog(this.epochUs);
    this.coordinator = new Coordinator<ClusterSpec, ClusterCommand, CommandInterpreter>({
      composition: clusterComposition,
      recording: options.recording,
      engine: engineName,
      ports: this.openHosts(options.hosts),
      listener: {
        window: (news) => this.onWindow(news),
        diverged: (checkpoint) => options.listener.notice(`The replay differs from the recording at ${(checkpoint.at / second).toFixed(3)} s: it was made by another engine (${options.recording.engine}).`),
        applied: (entry) => {
          const { component, text, object, tone } = describeCommand(entry.command);
          this.observer.causes.addCommand(`c${entry.seq}`, entry.at, component, text, object);
          // Not a mark for every key that is typed into a container.
          const isKey = entry.command.type === "stream" && entry.command.step !== "open";
          if (entry.at >= this.recoveringUntil && !isKey) this.framer.mark({ at: entry.at, tone, label: text });
          this.unsaved = true;
        },
        kept: (keyframe) => this.shelve(keyframe),
      },
    });
    this.observer = new ClusterObserver((question) => this.lookNow(apiServer, question));
    this.sampler = new MetricsSampler({ look: (process, question) => this.coordinator.observe(process, question), table: this.observer.table, clock: options.clock, epochUs: this.epochUs, wanted: options.listener.frame !== null, arrives: options.arrives ?? null });
    this.driver = new Driver({
      driven: this.coordinator,
      clock: options.clock,
      listener: { progress: () => this.onProgress(), failed: (error) => this.onFailure(error) },
      pauseHiddenAfterMs: options.pauseHiddenAfterMs ?? null,
      speed: options.speed ?? 1,
      breaksHere: () => this.watching.breaks(this.now, this.booted && this.replayingUntil === null),
    });
    this.watching = new Watching({ observer: this.observer, changed: (watch) => (this.driver.watch = watch), hit: (hit) => options.listener.hit?.(hit) });
    packFrom(options.arrives ?? null, [this.observer.history, this.observer.causes, this.coordinator.keyframes]);
  }

  /** Builds the hosts, boots or replays, and goes on live. Resolves when the boot or the replay is done. */
  async start(): Promise<void> {
    await this.coordinator.open();
    this.workers = workersChart.next(this.workers, "opened");
    const { recording } = this.options;
    const target = this.options.replayTo ?? endOf(recording);
    if (recording.journal.length > 0 || target > 0) {
      this.replayingUntil = target;
      await this.takeFromShelf(target);
      this.driver.start();
      await this.driver.advanceTo(target);
      this.replayingUntil = null;
      if (this.coordinator.replaying) await this.driver.exclusive(() => this.coordinator.forgetFuture(false));
      this.booted = true;
    } else {
      this.driver.runUnpaced(() => {
        this.observer.poll(this.now);
        this.checkBoot();
        return this.booted;
      });
      this.driver.start();
      await this.untilBooted();
    }
    await this.spread();
    this.onProgress();
  }

  get now(): SimTime {
    return this.coordinator.now;
  }

  /** The cluster has been Ready once. */
  get ready(): boolean {
    return this.booted;
  }

  /** Called whenever virtual time has moved on. Returns what stops it. */
  onMoved(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A sentence where it cannot be done, else null: it is in the journal. */
  command(command: ClusterCommand): string | null {
    const refusal = this.replayingUntil !== null ? "the run is still being replayed" : this.coordinator.reader.refusal(command);
    if (refusal !== null) return refusal;
    this.coordinator.submit(command);
    this.driver.submitted(false);
    return null;
  }

  /** Journals a request; resolves with its answer. */
  write(request: ApiRequest): Promise<ApiResponse> {
    if (this.replayingUntil !== null) return Promise.resolve(unavailable());
    const entry = this.coordinator.submit({ type: "api", request });
    if (this.coordinator.stopped.includes(apiServer)) {
      this.driver.submitted(false);
      return Promise.resolve(unavailable());
    }
    const answer = this.writes.add(`c${entry.seq}`, entry.at);
    this.driver.submitted(true);
    return answer;
  }

  read(request: ApiRequest): MaybePromise<ApiResponse> {
    return whenDone(readOutside((process, question) => this.coordinator.observe(process, question), request), (answer) => {
      this.audit.noteRead(request, answer.code, this.now);
      return answer;
    });
  }

  watch(request: ApiRequest): ApiResponse | { next(): ReturnType<OutsideWatch["next"]>; close(): void } {
    const watch = OutsideWatch.open((question) => this.lookNow(apiServer, question), () => this.observer.revision, request, this.now);
    this.audit.noteRead(request, watch instanceof OutsideWatch ? 200 : watch.code, this.now);
    if (!(watch instanceof OutsideWatch)) return watch;
    return { next: () => watch.next(this.now), close: () => watch.close() };
  }

  ask(question: EngineQuestion): MaybePromise<Json> {
    switch (question.type) {
      case "why": return this.observer.why(this.shown.ofUid(question.uid), this.past?.at ?? this.now) as unknown as Json;
      case "decision": return eitherSays((process, asked) => this.coordinator.observe(process, asked), "cp-1/kube-scheduler", { ...question });
      case "queues": return queuesOf((process, asked) => this.coordinator.observe(process, asked), question.keys);
      case "recording": return whenDone(this.levelled(), () => this.recording() as unknown as Json);
      case "digest": return whenDone(this.levelled(), () => ({ at: this.now, digest: this.coordinator.digest() }));
      case "events": return newestEvents(this.shown, question.limit, question.about ?? null);
      case "object": return objectOf(this.shown, question.uid);
      case "history": return this.observer.historyOf(question.uid, question.limit, this.past?.at ?? this.now) as unknown as Json;
      case "rules": return whenDone(this.coordinator.observe(`${question.node}/proxy`, { type: "rules" }), (rules) => rules ?? []);
      case "lifecycle": {
        const known = this.observer.table.ofUid(question.uid);
        const node = known?.kind.graph.node(known.object) ?? null;
        return node === null ? null : whenDone(this.coordinator.observe(`${node}/kubelet`, { ...question }), (lifecycles) => lifecycles ?? null);
      }
      case "audit": return auditList(this.audit.events(question.limit));
      case "metrics": case "metricNames": case "componentMetrics": return this.sampler.answer(question, this.now, this.past?.at ?? this.now);
      // Read by people alone, and by few: loaded when somebody asks.
      case "honesty": return import("./honestyOfAll.ts").then(({ honestyOfAll }) => honestyOfAll() as unknown as Json);
    }
  }

  recording(): ClusterRecording {
    const recording = this.coordinator.recording();
    return this.parent === undefined ? recording : { ...recording, parent: this.parent };
  }

  setSpeed(speed: number): void {
    if (speed === 0) this.watching.cutSkip();
    this.driver.setSpeed(Number.isFinite(speed) && speed > 0 ? Math.min(speed, 1000) : 0);
  }

  /** What the run is paused at from now on: beside history, as the speed is. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.watching.set(breakpoints, this.now);
  }

  /** Runs on at once to the next thing that one would want to look at, and pauses there; for an hour at most, and not past a pause that somebody asks for. */
  async skip(): Promise<void> {
    const until = addTime(this.now, hour);
    await this.watching.skipping(() => this.driver.advanceTo(until), () => this.now);
    if (this.now >= until) this.options.listener.notice("Nothing of interest happened within an hour of the cluster's time.");
  }

  setHidden(hidden: boolean): void {
    this.driver.setHidden(hidden);
    if (!hidden || this.shelf === null || !this.booted) return;
    // It may be closed or discarded at any time now.
    void this.driver.exclusive(() => this.coordinator.keep()).catch(() => undefined);
    this.saveRecording();
  }

  step(by: "event" | "reconcile" | "second"): Promise<void> {
    const before = this.reconciles;
    return this.driver.step(by, () => this.reconciles > before);
  }

  /** Runs virtual time on at once. */
  advance(seconds: number): Promise<void> {
    return this.driver.advanceTo(addTime(this.now, Math.round(seconds * second)));
  }

  subscribe(topic: Topic, on: boolean): void {
    if (topic === "trace") this.framer.traceWanted = on;
    if (topic === "flows") this.framer.flowsWanted = on;
    if (topic === "ways") this.coordinator.withoutNotes = !on;
  }

  /** Shows another time, or the oldest that is kept; the live run goes on untouched. */
  lookAt(at: SimTime | "live"): void {
    const { history } = this.observer;
    this.framer.showAnew();
    if (at === "live" || at >= this.now || this.replayingUntil !== null) this.past = null;
    else {
      // Said once, not with every pixel that a slider is dragged.
      if (at < history.since && this.past?.at !== history.since) this.options.listener.notice("What was before that is not kept: this is the oldest moment that is.");
      this.past = new PastView(simTime(Math.max(at, history.since)), history, this.options.recording, this.coordinator.recording().journal);
    }
    this.emitFrame();
  }

  /** Goes back to a time and makes another future from there. */
  branch(at: SimTime): Promise<void> {
    return this.driver.exclusive(async () => {
      const target = at < this.now ? at : this.now;
      this.recoveringUntil = target;
      // Another future need not have in it what killed a worker in this one.
      this.lostBefore = simTime(0);
      await this.coordinator.goBackTo(target);
      await this.coordinator.advance(target);
      this.parent = { id: this.coordinator.digest(), at: target };
      this.coordinator.forgetFuture(true);
      this.observer.goBackTo(target);
      this.sampler.forgetAfter(target);
      this.framer.startOver(target);
      this.past = null;
    });
  }

  async stop(): Promise<void> {
    await this.driver.stop();
    this.coordinator.close();
  }

  private saveRecording(): void {
    this.unsaved = false;
    this.savedAtMs = this.options.clock.nowMs();
    this.shelf?.keepRecording(this.recording());
  }

  private shelve(keyframe: Keyframe): void {
    const { recording } = this.options;
    const { shelf } = this;
    if (shelf === null || this.replayingUntil !== null || this.parent !== undefined) return;
    // What the observer knows must be of the same time.
    this.observer.poll(this.now);
    const { journal } = this.coordinator.recording();
    void shelveKeyframe(shelf, runName(recording, engineName), { at: keyframe.at, inputs: inputsHash(journal, keyframe.played), keyframe, view: this.observer.snapshot() }, this.coordinator.keyframes);
  }

  /** A kept keyframe of the same inputs spares the replay up to it. */
  private async takeFromShelf(target: SimTime): Promise<void> {
    const { shelf, options: { recording } } = this;
    if (shelf === null) return;
    const fitting = await fittingKeyframe(shelf, runName(recording, engineName), recording, target);
    if (fitting === null) return;
    await this.coordinator.restore(fitting.keyframe);
    this.coordinator.keyframes.add(fitting.keyframe);
    this.observer.restore(fitting.view, fitting.at);
  }

  /** All hosts at one time: a digest in between has no meaning. */
  private levelled(): MaybePromise<void> {
    if (this.coordinator.isLevel) return;
    return this.driver.exclusive(() => whenDone(this.coordinator.level(), () => undefined));
  }

  private openHosts(count: number): HostPort<ClusterSpec>[] {
    return Array.from({ length: count }, (_, index) => this.options.openHost(index));
  }

  private async spread(): Promise<void> {
    const { hosts, hostsAfterBoot = hosts } = this.options;
    if (hostsAfterBoot === hosts) return;
    await this.driver.exclusive(async () => {
      try {
        await this.coordinator.moveTo(this.openHosts(hostsAfterBoot));
      } catch (error) {
        if (!(error instanceof HostLost)) throw error;
        this.options.listener.notice("Further workers could not be started; everything runs in one.");
      }
    });
  }

  private untilBooted(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.onMoved(() => {
        if (!this.booted && this.driver.unpaced) return;
        stop();
        resolve();
      });
    });
  }

  /** A look at a process of this thread. */
  private lookNow(process: string, question: Json): Json | null {
    const answer = this.coordinator.observe(process, question);
    if (isPromise(answer)) throw new Error(`${process} does not run in the coordinator's thread`);
    return answer;
  }

  private onWindow(news: WindowNews): void {
    const isNew = news.until > this.recoveringUntil;
    for (const entry of news.trace) {
      this.observer.causes.add(entry);
      if (isNew) this.audit.note(entry);
      if (isNew) this.sampler.note(entry);
      if (entry.link !== undefined && isReconcile(entry.process)) this.reconciles++;
    }
    for (const { body } of news.messages) {
      if (this.streams.receive(body)) continue;
      const id = clusterComposition.answers(body);
      if (id === null || !isJsonObject(body)) continue;
      if (this.writes.answer(id, body["response"] as unknown as ApiResponse)) this.driver.answered();
    }
    if (!isNew) return;
    // Only for who looks: without a page nobody takes frames, and what would be in them is not gathered.
    if (this.options.listener.frame !== null) this.framer.add(news);
    this.watching.add(news);
  }

  private onProgress(): void {
    this.notePassed();
    this.observer.poll(this.now);
    for (let expired = this.writes.expire(this.now); expired > 0; expired--) this.driver.answered();
    if (this.replayingUntil === null) this.checkBoot();
    if (this.booted) this.sampler.passed(this.now);
    if (this.unsaved && this.options.clock.nowMs() - this.savedAtMs >= saveEveryMs) this.saveRecording();
    for (const listener of this.listeners) listener();
    this.showFrame();
  }

  private checkBoot(): void {
    if (this.booted) return;
    const timeIsUp = this.now >= longestBootUs;
    if (!timeIsUp && !isReady(this.observer.table, this.options.recording.spec)) return;
    this.booted = true;
    this.framer.mark({ at: this.now, tone: timeIsUp ? "warn" : "ok", label: timeIsUp ? "not all ready" : "cluster ready" });
  }

  private showFrame(): void {
    if (this.options.listener.frame === null || this.frameIsDue) return;
    const waitMs = this.lastFrameMs + frameEveryMs - this.options.clock.nowMs();
    if (waitMs <= 0) return this.emitFrame();
    this.frameIsDue = true;
    void this.options.clock.wait(waitMs).done.then(() => {
      this.frameIsDue = false;
      this.emitFrame();
    });
  }

  private emitFrame(): void {
    const { frame } = this.options.listener;
    if (frame === null) return;
    this.lastFrameMs = this.options.clock.nowMs();
    const { past } = this;
    const live = standingOf(this.coordinator.reader);
    const state = {
      now: this.now,
      lookingAt: past?.at ?? null,
      epochUs: this.epochUs,
      revision: past?.revision ?? this.observer.revision,
      speed: this.driver.speed,
      replaying: this.replayingUntil !== null,
      booting: !this.booted,
      ...(past?.standing ?? { ...live, stopped: [...new Set([...this.coordinator.stopped, ...live.stopped])] }),
    };
    frame(this.framer.take(state, this.changeToShow()));
  }

  /** What the picture must be told: what changed; or everything, of then or of now. A picture of then stands still. */
  private changeToShow(): typeof noChange {
    const { past } = this;
    if (this.framer.startsOver) return past === null ? this.observer.facts.everything() : past.everything();
    return past === null ? this.observer.facts.take() : noChange;
  }

  /** The objects that are looked at: of now, or of then. */
  private get shown(): ObjectTable {
    return this.past?.table ?? this.observer.table;
  }

  /** Restored workers are sound once all that the lost one was granted has happened: what killed it lies in there. */
  private notePassed(): void {
    if (this.workers === "proving" && this.now >= this.lostBefore) this.workers = workersChart.next(this.workers, "passed");
  }

  /** A lost thread is replaced and its state restored; twice at the same place is a fault that would come again. */
  private async onFailure(error: unknown): Promise<boolean> {
    const { listener } = this.options;
    const message = error instanceof Error ? error.message : String(error);
    this.notePassed();
    this.workers = workersChart.next(this.workers, error instanceof HostLost ? "lost" : "broken");
    if (this.workers === "failed") {
      listener.failed(`The engine stopped at ${(this.now / second).toFixed(3)} s: ${message}`, this.recording());
      return false;
    }
    this.lostBefore = this.coordinator.grantedTo;
    this.recoveringUntil = this.now;
    try {
      await this.coordinator.recover((index) => this.options.openHost(index));
    } catch (failure) {
      this.workers = workersChart.next(this.workers, failure instanceof HostLost ? "lost" : "broken");
      listener.failed(`The engine could not be restored: ${failure instanceof Error ? failure.message : String(failure)}`, this.recording());
      return false;
    }
    this.workers = workersChart.next(this.workers, "restored");
    listener.notice("A worker was restarted and its state restored.");
    return true;
  }
}
