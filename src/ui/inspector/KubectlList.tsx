import type { GraphFact } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import { CopyButton } from "./CopyButton.tsx";
import { kubectlLines } from "./kubectlLines.ts";
import "./views.css";

/** What one would type instead of clicking. */
export function KubectlList({ fact }: { readonly fact: GraphFact }) {
  return (
    <ul className="kubectl-list" aria-label={t`As kubectl commands`}>
      {kubectlLines(fact).map(({ command, about }) => (
        <li key={command}>
          <code tabIndex={-1}>{command}</code>
          <span className="micro dimmer">{about}</span>
          <CopyButton text={command} label={t`Copy ${command}`} />
        </li>
      ))}
    </ul>
  );
}
