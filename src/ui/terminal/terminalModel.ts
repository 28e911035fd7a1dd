import { createStore } from "zustand/vanilla";
import type { KubectlHost } from "../../kubectl/host.ts";
import { runKubectl } from "../../kubectl/kubectl.ts";
import type { AppModel } from "../app/appModel.ts";
import { fileProblem, patchFile } from "../stores/editorStore.ts";
import { editInTab } from "../editor/editSession.ts";
import { t } from "../language/text.ts";
import { lightUp } from "./lightUp.ts";
import { pageKube, type ApiCall } from "./pageKube.ts";
import { Interrupt, type Program, type ShellHost } from "./program.ts";
import { Screen } from "./screen.ts";
import { Shell } from "./shell.ts";

/** One command line with all it wrote. */
export interface Block {
  readonly id: number;
  readonly prompt: string;
  readonly line: string;
  readonly screen: Screen;
  readonly calls: readonly ApiCall[];
  readonly running: boolean;
  readonly code: number;
}

interface Attached {
  line(text: string): void;
  endOfInput(): void;
  interrupt(): void;
}

export interface TerminalState {
  readonly blocks: readonly Block[];
  /** Rises with each output, so that the newest is drawn. */
  readonly version: number;
  readonly running: boolean;
  /** A session in a container has the keys. */
  readonly attached: boolean;
  readonly namespace: string;
  /** Lines of a command that goes on. */
  readonly open: string;
}

/** Commands that are kept on the screen, lines of the history, calls of one command: limits of ours. */
const mostBlocks = 120;
const mostHistory = 300;
const mostCalls = 400;
const historyKey = "orrery.terminal.history";

function savedHistory(): string[] {
  try {
    const saved: unknown = JSON.parse(globalThis.localStorage?.getItem(historyKey) ?? "[]");
    return Array.isArray(saved) ? saved.filter((line): line is string => typeof line === "string").slice(-mostHistory) : [];
  } catch {
    return [];
  }
}

/** The terminal of a page: it stays as it is when its tab is left. */
export function createTerminal(app: AppModel) {
  const store = createStore<TerminalState>(() => ({ blocks: [], version: 0, running: false, attached: false, namespace: "default", open: "" }));
  const history = savedHistory();
  const cache = new Map<string, unknown>();
  let attached: Attached | null = null;
  let interrupt: Interrupt | null = null;
  let current = 0;
  let nextId = 1;
  let run = app.cluster.getState().run;

  const patch = (id: number, change: Partial<Block>): void => store.setState(({ blocks }) => ({ blocks: blocks.map((block) => (block.id === id ? { ...block, ...change } : block)) }));
  let drawing = false;
  const redraw = (): void => {
    if (drawing) return;
    drawing = true;
    // Output that comes in a storm is drawn once a frame.
    requestAnimationFrame(() => {
      drawing = false;
      store.setState(({ version }) => ({ version: version + 1 }));
    });
  };
  const write = (id: number, text: string): void => {
    store.getState().blocks.find((block) => block.id === id)?.screen.write(text);
    redraw();
  };

  /** Settles once the cluster's clock has gone on so far; it stands still while the cluster does. */
  const sleep = (seconds: number, until: Interrupt): Promise<void> =>
    new Promise((resolve) => {
      const due = app.cluster.getState().now + seconds * 1_000_000;
      const end = (): void => {
        stop();
        off();
        resolve();
      };
      const stop = app.cluster.subscribe(({ now }) => {
        if (now >= due || now < due - seconds * 1_000_000 - 1_000_000) end();
      });
      const off = until.on(end);
      if (until.done) end();
    });

  const kubectl: Program = (context, args) => {
    const id = current;
    const client = pageKube(app.client, (index, call) => {
      const block = store.getState().blocks.find((one) => one.id === id);
      if (block === undefined || index >= mostCalls) return;
      const calls = [...block.calls];
      calls[index] = call;
      patch(id, { calls });
      if (call.code !== 0) lightUp(app, call);
    }, () => app.cluster.getState().lookingAt !== null);
    // A list that was read for another run is not this one's.
    if (run !== app.cluster.getState().run) {
      run = app.cluster.getState().run;
      cache.clear();
    }
    const host: KubectlHost = {
      client, cache,
      out: context.out,
      err: context.err,
      readInput: () => context.input.all(),
      readFile: (path) => files.read(path.replace(/^(\/workspace\/|\.\/)+/, "")),
      listFolder: (path) => ([".", "./", "/workspace", "/workspace/"].includes(path) ? files.names() : null),
      nowUs: () => {
        const { epochUs, now } = app.cluster.getState();
        return epochUs + now;
      },
      sleep: (seconds) => sleep(seconds, context.interrupt),
      interrupted: () => context.interrupt.done,
      onInterrupt: (listener) => context.interrupt.on(listener),
      namespace: () => store.getState().namespace,
      setNamespace: (namespace) => store.setState({ namespace }),
      edit: (name, text) => editInTab(app, name, text),
      ...(context.toTerminal
        ? {
            attachTerminal: (session: Attached) => {
              attached = session;
              store.setState({ attached: true });
              return () => {
                attached = null;
                store.setState({ attached: false });
              };
            },
          }
        : {}),
    };
    return runKubectl(host, args);
  };

  const files: ShellHost["files"] = {
    names: () => app.editor.getState().files.map(({ name }) => name),
    read: (name) => app.editor.getState().files.find((file) => file.name === name)?.text ?? null,
    write: (name, text) => {
      const known = app.editor.getState().files.some((file) => file.name === name);
      const problem = fileProblem(app.editor.getState().files, name, text, known);
      if (problem !== null) return problem;
      if (known) patchFile(app.editor, name, { text });
      else app.editor.setState(({ files: all }) => ({ files: [...all, { name, text, original: null, applied: null }] }));
      return null;
    },
    remove: (name) => {
      const { files: all, active } = app.editor.getState();
      const rest = all.filter((file) => file.name !== name);
      if (rest.length === all.length || rest.length === 0) return false;
      app.editor.setState({ files: rest, active: active === name ? (rest[0]?.name ?? "") : active });
      return true;
    },
  };

  const shell = new Shell({
    files, history, kubectl, sleep,
    out: (text) => write(current, text),
    err: (text) => write(current, text),
    clear: () => store.setState(({ blocks }) => ({ blocks: blocks.filter(({ id }) => id === current) })),
    nowMs: () => {
      const { epochUs, now } = app.cluster.getState();
      return (epochUs + now) / 1000;
    },
  });

  const submit = async (line: string): Promise<void> => {
    if (attached !== null) {
      attached.line(`${line}\n`);
      return;
    }
    const { open, running } = store.getState();
    if (running) return;
    const whole = open === "" ? line : `${open}\n${line}`;
    if (whole.trim() === "") return;
    if (shell.isOpen(whole)) {
      store.setState({ open: whole });
      return;
    }
    if (history.at(-1) !== whole) history.push(whole);
    history.splice(0, Math.max(0, history.length - mostHistory));
    try {
      globalThis.localStorage?.setItem(historyKey, JSON.stringify(history));
    } catch {
      // A full storage costs the history between visits.
    }
    // What is asked is asked of now.
    app.look.now();
    const id = nextId++;
    current = id;
    interrupt = new Interrupt();
    store.setState(({ blocks }) => ({ open: "", running: true, blocks: [...blocks, { id, prompt: "$", line: whole, screen: new Screen(), calls: [], running: true, code: 0 }].slice(-mostBlocks) }));
    let code = 1;
    try {
      code = await shell.run(whole, interrupt);
    } catch (error) {
      write(id, t`This command failed in a way it should not: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    if (interrupt.done) write(id, "^C\n");
    interrupt = null;
    patch(id, { running: false, code });
    store.setState({ running: false });
  };

  return {
    store, history, submit, files,
    /** Ctrl-C: to the session in a container, else to what runs here. */
    stop(): void {
      if (attached !== null) attached.interrupt();
      else if (interrupt !== null) interrupt.fire();
      else store.setState({ open: "" });
    },
    endOfInput: () => attached?.endOfInput(),
    clear: () => store.setState(({ blocks }) => ({ blocks: blocks.filter(({ running }) => running) })),
  };
}

export type Terminal = ReturnType<typeof createTerminal>;

const terminals = new WeakMap<AppModel, Terminal>();

/** The one terminal of a page. */
export function terminalOf(app: AppModel): Terminal {
  const known = terminals.get(app);
  if (known !== undefined) return known;
  const made = createTerminal(app);
  terminals.set(app, made);
  return made;
}
