import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Share Process Namespace between Containers in a Pod", [], ({ sh, until }) => {
  it("one container sees, signals and reads the other", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/pods/share-process-namespace.yaml");
    await until("kubectl get pod nginx", /2\/2 +Running/);
    const inside = (commands: string): Promise<string> => sh("kubectl exec -i nginx -c shell -- /bin/sh", commands);
    expect(await inside("ps ax\n")).toMatch(/ +1 \S+ +0:00 \/pause\n +8 root +0:00 nginx: master process nginx -g daemon off;\n +14 101 +0:00 nginx: worker process\n/);
    expect(await inside("kill -HUP 8\nps ax\n")).toMatch(/ +8 root +0:00 nginx: master process/);
    expect(await inside("head /proc/8/root/etc/nginx/nginx.conf\n")).toMatch(/^user +nginx;\nworker_processes +auto;\n/);
    expect(await sh("kubectl get pod nginx")).toMatch(/nginx +2\/2 +Running +0/);
  });
});
