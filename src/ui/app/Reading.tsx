import { t } from "../language/text.ts";
import { useStopped } from "./appModel.ts";

/** Stands where an answer of the engine will, and says so where none will come any more. */
export function Reading({ children }: { readonly children: string }) {
  const stopped = useStopped();
  return <p className="empty">{stopped ? t`The engine stopped before it told this.` : children}</p>;
}
