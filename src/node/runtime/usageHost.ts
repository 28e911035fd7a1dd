import type { Json } from "../../base/json.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { ContainerRun } from "./container.ts";
import { ExecHost } from "./execHost.ts";
import { beginEvent, usageOf } from "./usage.ts";

/** From the moment at which memory runs out to the end of the process that the kernel chose. */
const killUs = 1000;

/** What the containers of a machine use of it, and what becomes of those that use too much. */
export abstract class UsageHost extends ExecHost {
  /** The kubelet is told once the machine's programs hold more than so much; null: it has not asked, or was told. */
  #watchedBytes: number | null = null;

  protected abstract endRun(run: ContainerRun, exitCode: number, ctx: ProcessContext, reason: string): void;

  protected beginUsage(run: ContainerRun, ctx: ProcessContext): void {
    const instant = this.options.containers === "instant";
    run.usage = usageOf(run.spec, ctx.now, this.options.cpuMilli, instant);
    this.meter.began(run);
    if (!instant) this.memoryChanged(run, ctx);
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
    this.#watch(ctx);
  }

  /** The time has come at which a container's memory should be over its limit. */
  protected outOfMemory(run: ContainerRun, ctx: ProcessContext): void {
    if ((this.meter.oomUs(run, ctx.now) ?? 1) > 0) return this.memoryChanged(run, ctx);
    const { spec } = run;
    ctx.explain({ component: `kernel of ${this.options.node}`, text: `container ${spec.name} of ${spec.podName} needed more memory than its limit allows and was killed`, object: `pods/${spec.namespace}/${spec.podName}`, tone: "fail" });
    this.endRun(run, 137, ctx, "OOMKilled");
  }

  protected stats(since: number, tag: Json, ctx: ProcessContext): void {
    this.tell(ctx, this.meter.stats(ctx.now, this.nowUs(ctx), since, tag));
  }

  protected watchMemory(bytes: number, ctx: ProcessContext): void {
    this.#watchedBytes = bytes;
    this.#watch(ctx);
  }

  protected memoryTimer(ctx: ProcessContext): void {
    if (this.#watchedBytes === null) return;
    if ((this.meter.reachesUs(this.#watchedBytes, ctx.now) ?? 1) > 0) return this.#watch(ctx);
    this.#watchedBytes = null;
    this.tell(ctx, { type: "cri/memoryShort" });
  }

  /** A fault takes of the machine's memory, or gives it back. */
  protected takeMemory(id: string, bytes: number, ctx: ProcessContext): void {
    this.meter.take(id, bytes);
    this.#watch(ctx);
  }

  #watch(ctx: ProcessContext): void {
    if (this.#watchedBytes === null) return;
    const leftUs = this.meter.reachesUs(this.#watchedBytes, ctx.now);
    if (leftUs === null) ctx.cancelTimer("memory");
    else ctx.setTimer("memory", Math.max(1, leftUs));
  }

  protected snapshotUsage(): Json {
    return { meter: this.meter.snapshot(), watched: this.#watchedBytes };
  }

  protected restoreUsage(data: Json): void {
    const saved = data as { readonly meter: Json; readonly watched: number | null };
    this.meter.restore(saved.meter);
    this.#watchedBytes = saved.watched;
  }
}
