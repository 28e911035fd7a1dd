import type { Json } from "../../base/json.ts";
import type { ProcessContext } from "../../sim/process.ts";
import { containerKey, type ContainerRun } from "./container.ts";
import type { SandboxSpec, ToRuntime } from "./criMessages.ts";
import { ExecHost } from "./execHost.ts";
import { checkPath } from "./hostPaths.ts";
import { observedUse } from "./observedUse.ts";
import { isOver, storageUse } from "./storage.ts";
import { beginEvent, setQuota, usageOf } from "./usage.ts";

/** From the moment at which memory runs out to the end of the process that the kernel chose. */
const killUs = 1000;

/** What the containers of a machine use of it, and what becomes of those that use too much. */
export abstract class UsageHost extends ExecHost {
  /** The kubelet is told once more than so much is used; null: it has not asked, or was told. */
  #watched: { readonly memoryBytes: number; readonly diskBytes: number } | null = null;

  /** Pods that were told to keep too much, until somebody measures. */
  #over = new Set<string>();

  protected abstract endRun(run: ContainerRun, exitCode: number, ctx: ProcessContext, reason: string): void;

  protected beginUsage(run: ContainerRun, ctx: ProcessContext): void {
    const instant = this.options.containers === "instant";
    run.usage = usageOf(run.spec, ctx.now, this.options.cpuMilli, instant);
    this.meter.began(run);
    if (!instant) this.memoryChanged(run, ctx);
  }

  /** Other limits for a container that runs on. */
  protected updateLimits({ podUid, name, limits }: Extract<ToRuntime, { type: "cri/updateContainer" }>, ctx: ProcessContext): void {
    const run = this.runs.get(containerKey(podUid, name));
    if (run !== undefined && run.usage !== null) {
      setQuota(run.usage, ctx.now, Math.min(this.options.cpuMilli, limits.cpuMilli ?? this.options.cpuMilli));
      run.usage.memoryLimitBytes = limits.memoryBytes ?? null;
      this.meter.changed(run);
      this.memoryChanged(run, ctx);
    }
    this.tell(ctx, { type: "cri/containerUpdated", podUid, name });
  }

  protected countEvent(run: ContainerRun, ctx: ProcessContext, isRequest: boolean): void {
    if (run.usage === null) return;
    beginEvent(run.usage, ctx.now, isRequest);
    this.meter.changed(run);
  }

  protected memoryChanged(run: ContainerRun, ctx: ProcessContext): void {
    const key = `c/${run.id}/s/oom`;
    const leftUs = this.meter.oomUs(run, ctx.now);
    if (leftUs !== null) {
      run.timers.add(key);
      ctx.setTimer(key, Math.max(killUs, leftUs));
    } else if (run.timers.delete(key)) ctx.cancelTimer(key);
    this.checkUse(ctx);
  }

  /** The time has come at which a container's memory should be over its limit. */
  protected outOfMemory(run: ContainerRun, ctx: ProcessContext): void {
    if ((this.meter.oomUs(run, ctx.now) ?? 1) > 0) return this.memoryChanged(run, ctx);
    this.killForMemory(run, ctx);
  }

  protected killOnPurpose(run: ContainerRun, ctx: ProcessContext): void {
    const { name, namespace, podName } = run.spec;
    ctx.explain({ component: `runtime on ${this.options.node}`, text: `container ${name} of ${podName} was killed`, object: `pods/${namespace}/${podName}`, tone: "fail" });
    this.endRun(run, 137, ctx, "Error");
  }

  /** The kernel ends it: it wanted more than its limit, or than its machine has where it has none. */
  protected killForMemory(run: ContainerRun, ctx: ProcessContext): void {
    const { spec } = run;
    const most = (run.usage?.memoryLimitBytes ?? null) === null ? "its machine has" : "its limit allows";
    ctx.explain({ component: `kernel of ${this.options.node}`, text: `container ${spec.name} of ${spec.podName} needed more memory than ${most} and was killed`, object: `pods/${spec.namespace}/${spec.podName}`, tone: "fail" });
    this.endRun(run, 137, ctx, "OOMKilled");
  }

  protected stats(since: number, tag: Json, ctx: ProcessContext): void {
    this.tell(ctx, this.meter.stats(ctx.now, this.nowUs(ctx), since, tag));
  }

  /** A look from outside. */
  protected observeUse(nowUs: number): Json {
    return observedUse(this.meter.stats(nowUs, this.options.epochUs + nowUs, 0, null), this.runs, this.sandboxes.up().length) as unknown as Json;
  }

  protected storageChanged(sandbox: SandboxSpec, ctx: ProcessContext): void {
    const { podUid, storage } = sandbox;
    if (storage === undefined || this.#over.has(podUid) || !isOver(storageUse(this.runs.values(), sandbox, this.volumes), storage)) return;
    this.#over.add(podUid);
    this.tell(ctx, { type: "cri/storage", podUid, use: null });
  }

  protected checkPath({ path, pathType, tag }: Extract<ToRuntime, { type: "cri/checkPath" }>, ctx: ProcessContext): void {
    this.tell(ctx, { type: "cri/pathChecked", path, tag, error: checkPath(this.volumes, path, pathType) });
  }

  protected measureStorage(podUid: string, ctx: ProcessContext): void {
    const sandbox = this.sandboxes.get(podUid);
    this.#over.delete(podUid);
    if (sandbox !== null) this.tell(ctx, { type: "cri/storage", podUid, use: storageUse(this.runs.values(), sandbox.spec, this.volumes) });
  }

  protected watchUse(memoryBytes: number, diskBytes: number, ctx: ProcessContext): void {
    this.#watched = { memoryBytes, diskBytes };
    this.checkUse(ctx);
  }

  /** What is used may have changed: the kubelet is told, or a timer set for when memory will be over what it watches. */
  protected checkUse(ctx: ProcessContext): void {
    if (this.#watched === null) return;
    const leftUs = this.meter.diskBytes() > this.#watched.diskBytes ? 0 : this.meter.reachesUs(this.#watched.memoryBytes, ctx.now);
    if (leftUs === null) return ctx.cancelTimer("memory");
    if (leftUs > 0) return ctx.setTimer("memory", leftUs);
    this.#watched = null;
    this.tell(ctx, { type: "cri/useCrossed" });
  }

  /** A fault takes of the machine all but so much. */
  protected fill(id: string, fault: "memory-hog" | "disk-full", freeBytes: number, ctx: ProcessContext): void {
    const { memoryBytes, diskBytes } = this.options;
    this.meter.take(id, 0, 0);
    if (fault === "memory-hog") this.meter.take(id, Math.max(0, memoryBytes - freeBytes - this.meter.memoryBytes(ctx.now)), 0);
    else this.meter.take(id, 0, Math.max(0, diskBytes - freeBytes - this.meter.diskBytes()));
    this.checkUse(ctx);
  }

  /** What the fault took is given back. */
  protected release(id: string, ctx: ProcessContext): void {
    this.meter.take(id, 0, 0);
    this.checkUse(ctx);
  }

  protected imageUse(all: boolean, ctx: ProcessContext): void {
    const mounted = this.sandboxes.up().flatMap(({ spec }) => spec.volumes).map(({ image }) => (image === undefined ? "" : (this.images.present(image)?.id ?? "")));
    const used = [...new Set([...mounted, ...[...this.runs.values()].map(({ imageId }) => imageId)])];
    this.tell(ctx, { type: "cri/imageUse", all, images: this.images.images, used, diskBytes: this.meter.diskBytes() });
  }

  protected removeImages(ids: readonly string[], ctx: ProcessContext): void {
    this.images.remove(ids);
    ctx.disk.write("images", [...this.images.images] as unknown as Json);
    this.tell(ctx, { type: "cri/images", images: this.images.images });
  }

  protected snapshotUsage(): Json {
    return { meter: this.meter.snapshot(), watched: this.#watched, over: [...this.#over] };
  }

  protected restoreUsage(data: Json): void {
    const saved = data as { readonly meter: Json; readonly watched: { readonly memoryBytes: number; readonly diskBytes: number } | null; readonly over: readonly string[] };
    this.#over = new Set(saved.over);
    this.meter.restore(saved.meter);
    this.#watched = saved.watched;
  }
}
