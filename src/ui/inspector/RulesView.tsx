import { useMemo, useRef, useState } from "react";
import { useApp, useCluster } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { useLive } from "../engine/useLive.ts";
import { plural, t } from "../language/text.ts";
import { CopyButton } from "./CopyButton.tsx";
import { chainsOf, type PacketChain } from "./packetRules.ts";
import "./views.css";

/** Rules of one chain that are listed; a large cluster has thousands. */
const mostRules = 200;

interface ChainProps {
  readonly chain: PacketChain;
  readonly known: ReadonlySet<string>;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onJump: (name: string) => void;
}

function Chain({ chain, known, open, onToggle, onJump }: ChainProps) {
  return (
    <details className="chain" id={`chain-${chain.name}`} open={open} onToggle={(event) => onToggle(event.currentTarget.open)}>
      <summary>
        <span className="mono">{chain.name}</span>
        <span className="dimmer micro">
          {chain.table}, {chain.rules.length} {plural(chain.rules.length, "rule", "rules")}
        </span>
      </summary>
      {open && (
        <ol>
          {chain.rules.slice(0, mostRules).map((rule, index) => (
            <li key={index} title={rule.line}>
              {rule.comment !== "" && <div className="dim">{rule.comment}</div>}
              <div>
                <span className="rule-match">{rule.match === "" ? t`everything` : rule.match}</span> <span className="dimmer">→</span>{" "}
                {known.has(rule.target) ? (
                  <button className="link mono" onClick={() => onJump(rule.target)}>
                    {rule.target}
                  </button>
                ) : (
                  <b className="mono">
                    {rule.target}
                    {rule.destination === "" ? "" : ` ${rule.destination}`}
                  </b>
                )}
              </div>
            </li>
          ))}
          {chain.rules.length > mostRules && <li className="dimmer">{t`and ${chain.rules.length - mostRules} more`}</li>}
        </ol>
      )}
    </details>
  );
}

/** The packet rules of one node, chain by chain: a Service is nothing else. */
export function RulesView({ node }: { readonly node: string }) {
  const { client } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const ref = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(["KUBE-SERVICES"]));
  const [find, setFind] = useState("");
  const rules = useLive(past ? null : `rules/${node}`, async () => (await client.ask<readonly string[] | null>({ type: "rules", node })) ?? []);
  const chains = useMemo(() => chainsOf(rules ?? []), [rules]);
  if (past) return <p className="empty">{t`Not kept: which packet rules a node had earlier. Return to now to see those it has.`}</p>;
  if (rules === null) return <Reading>{t`Reading the rules.`}</Reading>;
  if (rules.length === 0) return <p className="empty">{t`This node has no rules: kube-proxy has not written any yet, or the machine is off.`}</p>;
  const known = new Set(chains.map(({ name }) => name));
  const toggle = (name: string, wanted: boolean) => {
    if (open.has(name) === wanted) return;
    const next = new Set(open);
    if (wanted) next.add(name);
    else next.delete(name);
    setOpen(next);
  };
  const jump = (name: string) => {
    setFind("");
    toggle(name, true);
    requestAnimationFrame(() => {
      const summary = ref.current?.querySelector<HTMLElement>(`#${CSS.escape(`chain-${name}`)} > summary`);
      summary?.scrollIntoView({ block: "start" });
      summary?.focus();
    });
  };
  const word = find.trim().toLowerCase();
  const shown = word === "" ? chains : chains.flatMap((chain) => (chain.name.toLowerCase().includes(word) ? [chain] : chain.rules.some(({ line }) => line.toLowerCase().includes(word)) ? [{ ...chain, rules: chain.rules.filter(({ line }) => line.toLowerCase().includes(word)) }] : []));
  return (
    <div className="chains" ref={ref}>
      <div className="yaml-bar">
        <input className="field rule-find" type="search" aria-label={t`Find in the rules`} placeholder={t`service, address, chain`} value={find} maxLength={80} onChange={(event) => setFind(event.target.value)} />
        <CopyButton text={rules.join("\n")} label={t`Copy as iptables-save prints it`} />
      </div>
      {shown.length === 0 && <p className="empty">{t`No rule says that.`}</p>}
      {shown.map((chain) => (
        <Chain key={`${chain.table}/${chain.name}`} chain={chain} known={known} open={word !== "" || open.has(chain.name)} onToggle={(wanted) => word === "" && toggle(chain.name, wanted)} onJump={jump} />
      ))}
    </div>
  );
}
