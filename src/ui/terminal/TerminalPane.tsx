import { memo, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { useStore } from "zustand";
import { useApp } from "../app/appModel.ts";
import { say } from "../app/say.ts";
import { plural, t } from "../language/text.ts";
import { commonStart, complete } from "./completion.ts";
import { lightUp, touchedBy } from "./lightUp.ts";
import { pageKube, type ApiCall } from "./pageKube.ts";
import type { Look } from "./screen.ts";
import "./terminal.css";
import { terminalOf, type Block } from "./terminalModel.ts";

/** Lines of one command that are drawn; what came before is said to be left out. */
const shownLines = 600;

function classOf({ color, background, bold, dim, underline, inverse }: Look): string | undefined {
  const names = [color === null ? "" : `fg-${color % 8}`, background === null ? "" : `bg-${background}`, bold ? "bold" : "", dim ? "faint" : "", underline ? "under" : "", inverse ? "inverse" : ""].filter((name) => name !== "");
  return names.length === 0 ? undefined : names.join(" ");
}

/** The requests of a command, unfolded: what was asked, where, and what came back. */
function Calls({ calls }: { readonly calls: readonly ApiCall[] }) {
  const app = useApp();
  const select = (call: ApiCall) => {
    const [fact, more] = touchedBy(app.cluster.getState().facts.values(), call);
    lightUp(app, call);
    if (fact !== undefined && more === undefined) app.view.setState({ selection: { type: "object", uid: fact.uid } });
  };
  return (
    <details className="calls" onToggle={(event) => event.currentTarget.open && event.currentTarget.scrollIntoView({ block: "nearest" })}>
      <summary>
        {t`${calls.length} API ${plural(calls.length, "call", "calls")}`}
      </summary>
      <ol>
        {calls.map((call, index) => (
          <li key={index}>
            <button onClick={() => select(call)} title={t`Show in the graph what this was about`}>
              <span className="method">{call.method}</span>
              <span className="path">{call.path}</span>
              <span className={call.code >= 400 ? "state st-failed" : "dimmer"}>{call.code === 0 ? t`waits` : call.code >= 400 ? `✕ ${call.code}` : call.code}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Long lines are not wrapped, as tables would fall apart: they are scrolled, by keys too. */
function makeReachable(output: HTMLElement): void {
  if (output.scrollWidth > output.clientWidth) output.tabIndex = 0;
  else output.removeAttribute("tabindex");
}

const BlockView = memo(function BlockView({ block }: { readonly block: Block; /** Rises as its output does. */ readonly version: number }) {
  const lines = block.screen.spans();
  const left = Math.max(0, lines.length - shownLines) + block.screen.dropped;
  const calls = block.calls.filter((call) => call !== undefined);
  const copy = () => void navigator.clipboard.writeText(block.screen.text()).then(() => say.done(t`Output copied.`), () => say.notice(t`The browser does not let this page copy.`));
  return (
    <section className="term-block" aria-label={block.line}>
      <div className="term-line">
        <span className="prompt" aria-hidden="true">
          {block.prompt}
        </span>
        <span className="typed">{block.line}</span>
        {!block.running && lines.length > 0 && (
          <button className="link copy" onClick={copy} aria-label={t`Copy the output of ${block.line.slice(0, 60)}`}>
            {t`copy`}
          </button>
        )}
      </div>
      {left > 0 && <div className="dimmer small">{t`${left} earlier lines are not shown`}</div>}
      {lines.length > 0 && (
        <pre className="term-out" ref={(output) => void (output !== null && makeReachable(output))}>
          {lines.slice(-shownLines).map((line, index) => (
            <div key={index}>
              {line.length === 0
                ? "\u200b"
                : line.map((span, at) => {
                    const name = classOf(span.look);
                    return name === undefined ? (
                      span.text
                    ) : (
                      <span key={at} className={name}>
                        {span.text}
                      </span>
                    );
                  })}
            </div>
          ))}
        </pre>
      )}
      {(calls.length > 0 || (!block.running && block.code !== 0)) && (
        <div className="term-foot">
          {calls.length > 0 && <Calls calls={calls} />}
          {!block.running && block.code !== 0 && (
            <span className="state st-failed">
              <span aria-hidden="true">✕ </span>{t`exit code ${block.code}`}
            </span>
          )}
        </div>
      )}
    </section>
  );
});

/** The terminal: a shell over the workspace's files, and kubectl. */
export function TerminalPane() {
  const app = useApp();
  const terminal = terminalOf(app);
  const blocks = useStore(terminal.store, (state) => state.blocks);
  const version = useStore(terminal.store, (state) => state.version);
  const running = useStore(terminal.store, (state) => state.running);
  const attached = useStore(terminal.store, (state) => state.attached);
  const namespace = useStore(terminal.store, (state) => state.namespace);
  const open = useStore(terminal.store, (state) => state.open);
  const [text, setText] = useState("");
  const [offers, setOffers] = useState<readonly string[]>([]);
  const place = useRef<number | null>(null);
  const draft = useRef("");
  const input = useRef<HTMLTextAreaElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  useLayoutEffect(() => {
    const box = scroll.current;
    if (box !== null && sticks.current) box.scrollTop = box.scrollHeight;
  }, [blocks, version, text, offers]);
  useEffect(() => input.current?.focus(), []);

  /** Puts a line and the cursor at once: a cursor that followed a frame later would jump away from what is typed meanwhile. */
  const put = (next: string, cursor: number, words: readonly string[]) => {
    flushSync(() => {
      setText(next);
      setOffers(words);
    });
    input.current?.setSelectionRange(cursor, cursor);
  };
  const show = (next: string) => put(next, next.length, []);
  const browse = (by: -1 | 1) => {
    const { history } = terminal;
    const at = (place.current ?? history.length) + by;
    if (at < 0 || at > history.length) return;
    if (place.current === null) draft.current = text;
    place.current = at === history.length ? null : at;
    show(place.current === null ? draft.current : (history[at] ?? ""));
  };
  const submit = () => {
    place.current = null;
    setText("");
    setOffers([]);
    sticks.current = true;
    void terminal.submit(text);
  };
  const tab = async () => {
    const cursor = input.current?.selectionStart ?? text.length;
    const sources = { facts: app.cluster.getState().facts.values(), files: terminal.files.names(), namespace, host: { client: pageKube(app.client, () => undefined, () => false), cache: completionCache } };
    const { from, words } = await complete(text.slice(0, cursor), sources);
    // Typed on while the cluster was asked: the answer is of a line that is no longer there.
    if (input.current?.value !== text) return;
    const [only] = words;
    if (only === undefined) return setOffers([]);
    const start = commonStart(words);
    const ending = words.length === 1 && !/[=/]$/.test(only) ? " " : "";
    const next = `${text.slice(0, from)}${start}${ending}${text.slice(cursor)}`;
    put(next, from + start.length + ending.length, words.length === 1 ? [] : words.slice(0, 60));
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const take = () => event.preventDefault();
    if (event.key === "Enter" && plain && !event.shiftKey) {
      take();
      submit();
    } else if (event.key === "ArrowUp" && plain && !text.slice(0, input.current?.selectionStart ?? 0).includes("\n")) {
      take();
      browse(-1);
    } else if (event.key === "ArrowDown" && plain && !text.slice(input.current?.selectionStart ?? 0).includes("\n")) {
      take();
      browse(1);
    } else if (event.key === "Tab" && plain && !event.shiftKey && text !== "" && !attached) {
      // An empty line lets the focus go on.
      take();
      void tab();
    } else if (event.key === "c" && event.ctrlKey && window.getSelection()?.isCollapsed !== false && input.current?.selectionStart === input.current?.selectionEnd) {
      take();
      if (!running) show("");
      terminal.stop();
    } else if (event.key === "d" && event.ctrlKey && attached && text === "") {
      take();
      terminal.endOfInput();
    } else if (event.key === "l" && event.ctrlKey) {
      take();
      terminal.clear();
    } else if (event.key === "Escape") setOffers([]);
  };
  const prompt = attached ? "" : open === "" ? "$" : ">";
  return (
    <div className="terminal">
      <div
        className="term-scroll"
        ref={scroll}
        onScroll={(event) => {
          const box = event.currentTarget;
          sticks.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
        }}
        onMouseUp={() => {
          if (window.getSelection()?.isCollapsed !== false) input.current?.focus({ preventScroll: true });
        }}
      >
        {blocks.length === 0 && (
          <p className="term-hint">
            {t`kubectl speaks to the cluster of this page; the files of the editor are the working directory. Try`}{" "}<code>kubectl get pods -A</code>, <code>kubectl apply -f {terminal.files.names()[0] ?? t`file.yaml`}</code>{" "}{t`or`}{" "}<code>help</code>.
          </p>
        )}
        <div role="log" aria-label={t`Terminal output`}>
          {blocks.map((block) => (
            <BlockView key={block.id} block={block} version={block.running ? version : block.screen.version} />
          ))}
        </div>
        {offers.length > 0 && (
          <div className="term-offers" role="status" aria-label={t`Completions`}>
            {offers.map((word) => (
              <span key={word}>{word}</span>
            ))}
          </div>
        )}
        <label className={`term-input${running && !attached ? " waits" : ""}`}>
          {prompt !== "" && (
            <span className="prompt" aria-hidden="true">
              {namespace === "default" || prompt === ">" ? prompt : `${namespace} ${prompt}`}
            </span>
          )}
          <textarea
            ref={input}
            aria-label={t`Terminal`}
            rows={Math.min(12, text.split("\n").length)}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            placeholder={running && !attached ? t`running; Ctrl C stops it` : attached ? t`goes to the container; Ctrl D ends the input` : ""}
            onChange={(event) => {
              setText(event.target.value);
              setOffers([]);
            }}
            onKeyDown={onKey}
          />
        </label>
      </div>
      {running && (
        <button className="btn compact term-stop" onClick={() => terminal.stop()}>
          {t`Stop`}{" "}<kbd aria-hidden="true">{t`Ctrl C`}</kbd>
        </button>
      )}
    </div>
  );
}

/** Resources that completion has read. */
const completionCache = new Map<string, unknown>();
