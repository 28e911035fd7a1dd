import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef, type RefObject } from "react";
import { deepEqual } from "../../base/deepEqual.ts";
import { useApp } from "../app/appModel.ts";
import { onColours } from "../app/theme.ts";
import { isCalm } from "../design/isCalm.ts";
import { tokenNumber } from "../design/scale.ts";
import { internetId } from "../selectors/trafficModel.ts";
import { dotLimit, makeDot, moveDot, pace, placeOfDot, type Dot } from "./dots.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { flowRoute, type FlowRoute } from "./flowRoute.ts";
import type { Curve } from "./geometry.ts";
import { useStageStore } from "./stageStore.ts";

/** How long a wire glows after a request passed, in real milliseconds. */
const glowMs = 900;

interface Glow {
  readonly curve: Curve;
  until: number;
  failed: boolean;
}

/** At most one new dot in this many real milliseconds; failed ones come twice as close. */
const dotEveryMs = 26;

/** How near a click must be to a dot, in screen pixels. */
const reach = 10;

/** The requests: moving dots over the wires, on one canvas. A click near a dot selects its request. */
export function FlowCanvas({ stageRef }: { readonly stageRef: RefObject<HTMLElement | null> }) {
  const app = useApp();
  const stage = useStageStore();
  const flowApi = useStoreApi();
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const host = stageRef.current;
    const context = canvas?.getContext("2d") ?? null;
    if (canvas === null || host === null || context === null) return;
    let dots: Dot[] = [];
    const glows = new Map<string, Glow>();
    let frame = 0;
    let rest: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    let slot = 0;
    let colours = { request: "", fail: "", hot: "" };
    let sizes = { dot: 3, wire: 1.6 };

    const readTokens = () => {
      const style = getComputedStyle(document.documentElement);
      colours = { request: style.getPropertyValue("--request"), fail: style.getPropertyValue("--fail"), hot: style.getPropertyValue("--wire-hot") };
      sizes = { dot: tokenNumber("--dot"), wire: tokenNumber("--wire-hot-width") };
    };
    const resize = () => {
      canvas.width = host.clientWidth * devicePixelRatio;
      canvas.height = host.clientHeight * devicePixelRatio;
      wake();
    };
    /** Whether a still picture changes by it. */
    const glow = (dot: Dot, wire: number, now: number): boolean => {
      const curve = dot.curves[wire];
      const id = dot.wires[wire];
      if (curve === undefined || id === undefined) return false;
      const known = glows.get(id);
      const failed = dot.failed && wire === dot.curves.length - 1;
      glows.set(id, { curve, until: now + glowMs, failed });
      return known?.failed !== failed || !deepEqual(known.curve, curve);
    };
    const waitingDots = () => {
      if (stage.getState().lens.id !== "traffic" || app.door.store.getState().state !== "waiting" || app.cluster.getState().lookingAt !== null || app.cluster.getState().booting) return;
      const internet = stage.getState().layout.boxOf.get(internetId);
      if (internet === undefined) return;
      context.fillStyle = colours.request;
      for (let index = 0; index < 8; index++) {
        context.globalAlpha = 0.75 - index * 0.08;
        context.beginPath();
        context.arc(internet.x + internet.width + 8 + Math.floor(index / 4) * 9, internet.y + internet.height / 2 - 13.5 + (index % 4) * 9, sizes.dot * 0.87, 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;
    };
    const draw = (now: number) => {
      frame = 0;
      clearTimeout(rest);
      const calm = isCalm();
      const elapsed = Math.min(100, last === 0 ? 16 : now - last);
      last = now;
      const speed = app.cluster.getState().speed;
      const [x, y, zoom] = flowApi.getState().transform;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(zoom * devicePixelRatio, 0, 0, zoom * devicePixelRatio, x * devicePixelRatio, y * devicePixelRatio);
      for (const [id, one] of glows) {
        if (speed > 0 && one.until < now) {
          glows.delete(id);
          continue;
        }
        const { from, c1, c2, to } = one.curve;
        context.globalAlpha = calm ? 1 : Math.max(0, Math.min(1, (one.until - now) / glowMs));
        context.strokeStyle = one.failed ? colours.fail : colours.hot;
        context.lineWidth = sizes.wire;
        context.beginPath();
        context.moveTo(from.x, from.y);
        context.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
        context.stroke();
      }
      context.globalAlpha = 1;
      const alive: Dot[] = [];
      for (const dot of dots) {
        if (!moveDot(dot, elapsed, speed)) continue;
        alive.push(dot);
        if (dot.way < 0) continue;
        const { at, wire } = placeOfDot(dot);
        glow(dot, wire, now);
        context.fillStyle = dot.failed ? colours.fail : colours.request;
        context.beginPath();
        context.arc(at.x, at.y, sizes.dot, 0, 2 * Math.PI);
        context.fill();
      }
      dots = alive;
      waitingDots();
      // What stands still is not drawn again: while time does, or until the next wire of a still picture goes out.
      if (speed > 0 && !calm && (dots.length > 0 || glows.size > 0)) return wake();
      last = 0;
      if (speed > 0 && glows.size > 0) rest = setTimeout(wake, Math.max(0, Math.min(...[...glows.values()].map(({ until }) => until)) - now));
    };
    const wake = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const take = () => {
      const { model, podUids, lens } = stage.getState();
      // Requests of the person's traffic, or of the control plane's parts: whatever the lens is about.
      if (lens.id !== "traffic") return;
      setOut(app.flows.getState().batch.map((flow) => ({ flow, ...flowRoute(model, podUids, flow) })));
    };
    const setOut = (routes: readonly (FlowRoute & { readonly flow: FlowRecord | null })[]) => {
      const { layout } = stage.getState();
      if (app.cluster.getState().lookingAt !== null) return;
      const now = performance.now();
      const calm = isCalm();
      let changed = !calm;
      for (const route of routes) {
        const dot = makeDot(route.flow, route.stops, route.failed, layout.boxOf, layout.gapOf);
        if (dot === null) continue;
        if (calm) changed = dot.wires.map((_, wire) => glow(dot, wire, now)).includes(true) || changed;
        else if (dots.length < dotLimit && slot - now < 220) {
          // Requests of one frame would travel as one: each is given the next free moment to set out.
          slot = Math.max(slot + dotEveryMs / (route.failed ? 2 : 1), now);
          dot.way = -((slot - now) / 1000) * pace;
          dots.push(dot);
        }
      }
      if (changed) wake();
    };
    const pick = (event: MouseEvent) => {
      const bounds = host.getBoundingClientRect();
      const [x, y, zoom] = flowApi.getState().transform;
      let best: Dot | null = null;
      let bestDistance = reach;
      for (const dot of dots) {
        if (dot.flow === null) continue;
        const { at } = placeOfDot(dot);
        const distance = Math.hypot(at.x * zoom + x - (event.clientX - bounds.left), at.y * zoom + y - (event.clientY - bounds.top));
        if (distance < bestDistance) {
          best = dot;
          bestDistance = distance;
        }
      }
      if (best === null || best.flow === null) return;
      event.stopPropagation();
      app.view.setState({ selection: { type: "flow", id: best.flow.id } });
    };
    readTokens();
    resize();
    const observer = new ResizeObserver(resize);
    observer.observe(host);
    host.addEventListener("click", pick, true);
    const stops = [
      onColours(() => {
        readTokens();
        wake();
      }),
      app.flows.subscribe((state, before) => state.version !== before.version && take()),
      app.messages.listen((routes) => stage.getState().lens.id === "control" && setOut(routes.map((route) => ({ flow: null, ...route })))),
      app.door.store.subscribe(wake),
      // The requests on their way are of now.
      app.cluster.subscribe((state, before) => {
        if (state.speed !== before.speed) wake();
        if (state.lookingAt === before.lookingAt) return;
        dots = [];
        glows.clear();
        wake();
      }),
      flowApi.subscribe((state, before) => state.transform !== before.transform && wake()),
      stage.subscribe((state, before) => {
        // Their wires are another lens'.
        if (state.lens !== before.lens) {
          dots = [];
          glows.clear();
        }
        if (state.layout !== before.layout) wake();
      }),
    ];
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      observer.disconnect();
      host.removeEventListener("click", pick, true);
      for (const stop of stops) stop();
    };
  }, [app, stage, flowApi, stageRef]);
  return <canvas ref={ref} className="flow-canvas" aria-hidden="true" data-from={internetId} />;
}
