/** The only wall clock there is. */
export interface WallClock {
  nowMs(): number;
  /** Resolves after `ms`, or sooner when `cut` is called on what it returns. 0 lets other messages come in and goes on at once. */
  wait(ms: number): { readonly done: Promise<void>; cut(): void };
}

/** performance.now and timers, of a worker, a page or Node. setTimeout(0) takes milliseconds; a message to oneself does not. */
export const realClock: WallClock = {
  nowMs: () => performance.now(),
  wait(ms) {
    if (ms <= 0) return { done: nextTurn(), cut: () => undefined };
    let cut = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      cut = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return { done, cut: () => cut() };
  },
};

function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
      return;
    }
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
