import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

const app = JSON.stringify({
  apiVersion: "v1", kind: "Pod", metadata: { name: "myapp-pod", labels: { "app.kubernetes.io/name": "MyApp" } },
  spec: {
    containers: [{ name: "myapp-container", image: "busybox:1.28", command: ["sh", "-c", "echo The app is running! && sleep 3600"] }],
    initContainers: ["myservice", "mydb"].map((name) => ({ name: `init-${name}`, image: "busybox:1.28", command: ["sh", "-c", `until nslookup ${name}.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do echo waiting for ${name}; sleep 2; done`] })),
  },
});

walkthrough(import.meta.filename, "Init Containers", [], ({ sh, until }) => {
  it("wait for the Services that the application needs", async () => {
    expect(await sh("kubectl apply -f -", app)).toBe("pod/myapp-pod created\n");
    await until("kubectl get pod myapp-pod", /myapp-pod\s+0\/1\s+Init:0\/2\s+0/);
    await until("kubectl logs myapp-pod -c init-myservice", /nslookup: can't resolve 'myservice\.default\.svc\.cluster\.local'[^]*waiting for myservice/);
    await sh("kubectl create service clusterip myservice --tcp=80:9376");
    await until("kubectl get pod myapp-pod", /Init:1\/2/);
    await sh("kubectl create service clusterip mydb --tcp=80:9377");
    await until("kubectl get pod myapp-pod", /myapp-pod\s+1\/1\s+Running\s+0/);
    expect(await sh("kubectl logs myapp-pod")).toBe("The app is running!\n");
  });
});
