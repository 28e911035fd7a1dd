import { useApp } from "../app/appModel.ts";
import { useLive } from "../engine/useLive.ts";

/** The packet rules of one node: a Service is nothing else. */
export function RulesView({ node }: { readonly node: string }) {
  const { client } = useApp();
  const rules = useLive(`rules/${node}`, async () => (await client.ask<readonly string[] | null>({ type: "rules", node })) ?? []);
  if (rules === null) return <p className="empty">Reading the rules.</p>;
  if (rules.length === 0) return <p className="empty">This node has no rules: kube-proxy has not written any yet, or the machine is off.</p>;
  return <pre className="rules">{rules.join("\n")}</pre>;
}
