import { Archive, CircleHelp, Command, FastForward, Moon, Pause, Play, Repeat, Settings, SkipForward, StepForward, Sun, SunMoon } from "lucide-react";
import { useEffect, useRef } from "react";
import { clusterHealth, healthWords } from "../selectors/clusterHealth.ts";
import { clockText, fineClockText, groupedNumber, shortClock } from "../selectors/clockText.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { setTheme, showDock, type ThemeChoice } from "../stores/viewStore.ts";
import { useApp, useCluster, useStopped, useView } from "./appModel.ts";
import { fastest, setRunSpeed, skip, speeds, step, togglePause } from "./transport.ts";
import { plural, t } from "../language/text.ts";

function Brand() {
  return (
    <h1 className="brand">
      <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
        <ellipse cx="10" cy="10" rx="8.5" ry="3.6" />
        <ellipse cx="10" cy="10" rx="8.5" ry="3.6" transform="rotate(60 10 10)" />
        <circle cx="10" cy="10" r="2" fill="currentColor" />
        <circle cx="17.6" cy="8.6" r="1.6" fill="currentColor" stroke="none" />
      </svg>
      Orrery
    </h1>
  );
}

/** The clock writes its own text node: it changes with every frame and nothing else should. Looking back it stands at the moment that all else shows. */
function Clock() {
  const { cluster } = useApp();
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = () => {
      const clock = ref.current;
      if (clock === null) return;
      const { now, speed, lookingAt } = cluster.getState();
      clock.textContent = speed === 0 || lookingAt !== null ? fineClockText(lookingAt ?? now) : clockText(now);
      clock.classList.toggle("past", lookingAt !== null);
      const title = lookingAt === null ? t`Virtual time since the cluster began` : t`The moment looked at. The run is at ${shortClock(now)}.`;
      if (clock.title !== title) clock.title = title;
    };
    write();
    return cluster.subscribe(write);
  }, [cluster]);
  return <span className="clock" ref={ref} />;
}

function Transport() {
  const app = useApp();
  const paused = useCluster((state) => state.speed === 0);
  const stopped = useStopped();
  const runSpeed = useView((state) => state.runSpeed);
  return (
    <div className="transport" role="group" aria-label={t`Time`}>
      <button className="icon-btn play" aria-label={paused ? t`Resume` : t`Pause`} title={t`${paused ? t`Resume` : t`Pause`} (Space)`} disabled={stopped} onClick={() => togglePause(app)}>
        {paused ? <Play size={14} fill="currentColor" /> : <Pause size={14} fill="currentColor" />}
      </button>
      <button className="icon-btn" aria-label={t`Step`} title={t`Step one event (.)`} disabled={!paused || stopped} onClick={() => step(app, "event")}>
        <StepForward size={14} />
      </button>
      <button className="icon-btn" aria-label={t`Step one second`} title={t`Step one second (Shift .)`} disabled={!paused || stopped} onClick={() => step(app, "second")}>
        <SkipForward size={14} />
      </button>
      <button className="icon-btn" aria-label={t`Step to the next reconcile`} title={t`Step to the next reconcile: a controller, the scheduler or a kubelet does something (R)`} disabled={!paused || stopped} onClick={() => step(app, "reconcile")}>
        <Repeat size={13} />
      </button>
      <button className="icon-btn" aria-label={t`Skip ahead`} title={t`Skip to the next interesting thing, and pause there (J)`} disabled={stopped} onClick={() => skip(app)}>
        <FastForward size={14} />
      </button>
      <select className="speed" aria-label={t`Speed`} value={String(runSpeed)} disabled={stopped} onChange={(event) => setRunSpeed(app, Number(event.target.value))}>
        {speeds.map((speed) => (
          <option key={speed} value={String(speed)}>
            {speed === fastest ? t`fastest` : `${speed}×`}
          </option>
        ))}
      </select>
      <Clock />
    </div>
  );
}

function HealthPills() {
  const app = useApp();
  useCluster((state) => state.change);
  const booting = useCluster((state) => state.booting);
  const failed = useCluster((state) => state.flowTotals.failed);
  const past = useCluster((state) => state.lookingAt !== null);
  const health = clusterHealth(app.cluster.getState().facts.values());
  const nodesOk = health.nodesReady === health.nodes && health.nodes > 0;
  // Before the first machine there is nothing that could be ready.
  const podsOk = health.podsReady === health.pods && !(booting && health.nodes === 0);
  const [nodesText, podsText] = healthWords(health);
  return (
    <>
      <div role="status" aria-label={t`Cluster`} className="health">
        <span className={`pill ${stateClass(nodesOk ? "ok" : booting ? "progressing" : "failed")}`} data-glyph={nodesOk ? glyphs.ok : booting ? glyphs.progressing : glyphs.failed}>
          {nodesText}
        </span>
        <span className="visually-hidden">, </span>
        <span className={`pill ${stateClass(podsOk ? "ok" : "progressing")}`} data-glyph={podsOk ? glyphs.ok : glyphs.progressing}>
          {podsText}
        </span>
      </div>
      {!past && (
      <button className={`pill small dim ${stateClass(failed === 0 ? "ok" : "failed")}`} title={t`Show the requests`} onClick={() => showDock(app.view, "requests")}>
        <span className="glyph" aria-hidden="true">
          {failed === 0 ? "✓" : glyphs.failed}
        </span>
        {t`${groupedNumber(failed)} failed ${plural(failed, "request", "requests")}`}
      </button>
      )}
    </>
  );
}

const nextTheme: Readonly<Record<ThemeChoice, ThemeChoice>> = { system: "light", light: "dark", dark: "system" };

function ThemeButton() {
  const { view } = useApp();
  const theme = useView((state) => state.theme);
  const Icon = theme === "system" ? SunMoon : theme === "light" ? Sun : Moon;
  return (
    <button className="icon-btn" aria-label={t`Theme: ${theme}`} title={t`Theme: ${theme}`} onClick={() => setTheme(view, nextTheme[theme])}>
      <Icon size={15} />
    </button>
  );
}

export function Header() {
  const { view, loaded } = useApp();
  const origin = useView((state) => state.origin);
  return (
    <header className="header">
      <div className="header-left">
        <Brand />
        <div className="scenario" title={origin === null ? loaded.scenario.title : origin.title}>
          {loaded.scenario.title}
          {origin !== null && (
            <span className={`origin ${stateClass(origin.tone)}`}>
              <span className="state" aria-hidden="true">
                {origin.tone === "ok" ? "✓" : glyphs.warning}
              </span>{" "}
              {origin.text}
            </span>
          )}
        </div>
      </div>
      <Transport />
      <div className="header-right">
        <HealthPills />
        <button className="icon-btn" aria-label={t`Search or run`} title={t`Search or run (Ctrl K)`} onClick={() => view.setState({ paletteOpen: true })}>
          <Command size={14} />
        </button>
        <ThemeButton />
        <button className="icon-btn" aria-label={t`Settings`} title={t`Settings (,)`} onClick={() => view.setState({ dialog: "settings" })}>
          <Settings size={15} />
        </button>
        <button className="icon-btn" aria-label={t`Keyboard shortcuts`} title={t`Keyboard shortcuts (?)`} onClick={() => view.setState({ dialog: "shortcuts" })}>
          <CircleHelp size={15} />
        </button>
        <button className="icon-btn" aria-label={t`Runs`} title={t`Saved runs, and a new cluster`} onClick={() => view.setState({ dialog: "runs" })}>
          <Archive size={15} />
        </button>
        <button className="btn" onClick={() => view.setState({ dialog: "share" })}>
          {t`Share`}
        </button>
      </div>
    </header>
  );
}
