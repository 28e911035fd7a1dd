import { useApp, useCluster } from "../app/appModel.ts";
import { useLive } from "../engine/useLive.ts";

/** The packet rules of one node: a Service is nothing else. */
export function RulesView({ node }: { readonly node: string }) {
  const { client } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const rules = useLive(past ? null : `rules/${node}`, async () => (await client.ask<readonly string[] | null>({ type: "rules", node })) ?? []);
  if (past) return <p className="empty">Not kept: which packet rules a node had earlier. Return to now to see those it has.</p>;
  if (rules === null) return <p className="empty">Reading the rules.</p>;
  if (rules.length === 0) return <p className="empty">This node has no rules: kube-proxy has not written any yet, or the machine is off.</p>;
  return <pre className="rules">{rules.join("\n")}</pre>;
}
