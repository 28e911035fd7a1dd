import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Safely Drain a Node", [], ({ sh, until }) => {
  it("evicts what a budget allows, and the machine comes back", async () => {
    await sh("kubectl create deployment web --image=nginx --replicas=3 && kubectl rollout status deployment/web");
    await sh("kubectl create pdb web --selector=app=web --min-available=2");
    await until("kubectl get pdb web", /web\s+2\s+N\/A\s+1/);
    const node = (await sh("kubectl get pods -l app=web -o jsonpath={.items[0].spec.nodeName}")).trim();
    expect(await sh(`kubectl drain --ignore-daemonsets ${node} --force --delete-emptydir-data`)).toMatch(new RegExp(`^node/${node} cordoned\n[^]*pod/web-\\S+ evicted\n[^]*node/${node} drained\n$`));
    expect(await sh(`kubectl get node ${node}`)).toContain("Ready,SchedulingDisabled");
    await sh("kubectl rollout status deployment/web");
    expect(await sh(`kubectl get pods -l app=web --field-selector spec.nodeName=${node} -o name`)).toBe("");
    expect(await sh(`kubectl uncordon ${node}`)).toBe(`node/${node} uncordoned\n`);
  });
});
