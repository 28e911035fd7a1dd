import { readFragment } from "../../share/link.ts";
import { decodeRecording } from "../../share/recordingCodec.ts";
import { freshRecording, type AppModel } from "../app/appModel.ts";
import { say } from "../app/say.ts";
import type { Lens } from "../stores/viewStore.ts";

const lensNames: ReadonlySet<string> = new Set(["traffic", "placement", "ownership"] satisfies Lens[]);

/** Opens the run of a link in this page; false where the fragment asks for none, or for a damaged one. */
function openFragment(app: AppModel, fragment: string): boolean {
  const target = readFragment(fragment);
  if (target.type === "foreign") {
    queueMicrotask(() => say.wrong("This link is not one of Orrery's, or a newer Orrery wrote it.", "The cluster here goes on as it was."));
    return false;
  }
  if (target.type !== "recording") return false;
  const decoded = decodeRecording(target.payload);
  if (!decoded.ok) {
    queueMicrotask(() => say.wrong("This link cannot be opened", `The link is damaged: ${decoded.reason}. The cluster here goes on as it was.`));
    return false;
  }
  const last = decoded.recording.journal.at(-1)?.at ?? 0;
  app.door.store.setState({ state: decoded.recording.journal.some(({ command }) => command.type === "setTraffic") ? "open" : "waiting" });
  if (target.lens !== null && lensNames.has(target.lens)) app.view.setState({ lens: target.lens as Lens });
  app.open(decoded.recording, target.atUs ?? last);
  queueMicrotask(() => say.notice("This is a copy of the shared run. What you do here changes nothing for anyone else."));
  return true;
}

/** Opens what the address asks for, and later changes of it; without a link, a fresh run of the scenario. */
export function openFirst(app: AppModel): void {
  if (!openFragment(app, location.hash)) app.open(freshRecording(app.loaded));
  window.addEventListener("hashchange", () => {
    const target = readFragment(location.hash);
    // A link pasted into a page at work replaces nothing by itself: the page is loaded anew only when the person says so.
    if (target.type === "recording") say.undoable("Open the shared run? The run on this page ends.", () => location.reload(), "Open");
    else if (target.type === "foreign") openFragment(app, location.hash);
  });
}
