/** Tells what the browser spends until it has drawn what was just changed, in milliseconds: its work alone, not its waiting for the screen. */
export type DrawingCost = (done: (costMs: number) => void) => void;

/** Without a screen, and in a page that is hidden, nothing is drawn. */
const mostWaitMs = 1_000;

/** Runs when the present task and what was put off to its end are done; set in a display frame, when that is drawn. */
function afterTask(then: () => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    then();
  };
  channel.port2.postMessage(null);
}

export const drawingCost: DrawingCost = (done) => {
  if (typeof requestAnimationFrame === "undefined" || document.hidden) return done(0);
  const changedMs = performance.now();
  let renderedMs = changedMs;
  afterTask(() => (renderedMs = performance.now()));
  let told = false;
  const tell = (costMs: number) => {
    clearTimeout(timer);
    if (!told) done(costMs);
    told = true;
  };
  const timer = setTimeout(() => tell(0), mostWaitMs);
  requestAnimationFrame((beganMs) => afterTask(() => tell(renderedMs - changedMs + Math.max(0, performance.now() - beganMs))));
};
