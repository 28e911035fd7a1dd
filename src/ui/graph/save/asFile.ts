import { say } from "../../app/say.ts";
import { t } from "../../language/text.ts";
import type { Lens } from "../../stores/viewStore.ts";
import type { GraphFormat } from "./saveGraph.ts";

/** Saves what the graph shows, and says where or why not. What draws it is fetched when somebody asks. */
export async function saveAsFile(format: GraphFormat, lens: Lens): Promise<void> {
  try {
    const { saveGraph } = await import("./saveGraph.ts");
    say.done(t`Saved as ${await saveGraph(format, lens)}`);
  } catch (error) {
    say.wrong(t`The graph could not be saved`, error instanceof Error ? error.message : undefined);
  }
}
