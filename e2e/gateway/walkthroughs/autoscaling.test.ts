import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "HorizontalPodAutoscaler Walkthrough", ["--addons", "coredns,metrics-server"], ({ sh, until, pass }) => {
  it("scales up under load, and down five minutes after it", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/application/php-apache.yaml")).toBe("deployment.apps/php-apache created\nservice/php-apache created\n");
    expect(await sh("kubectl autoscale deployment php-apache --cpu-percent=50 --min=1 --max=10")).toBe("horizontalpodautoscaler.autoscaling/php-apache autoscaled\n");
    await until("kubectl get hpa", /php-apache\s+Deployment\/php-apache\s+cpu: \d%\/50%\s+1\s+10\s+1\s/);
    await sh('kubectl run load-generator --image=busybox:1.28 --restart=Never -- /bin/sh -c "while sleep 0.01; do wget -q -O- http://php-apache; done"');
    await pass(120);
    await until("kubectl get hpa php-apache", /cpu: \d+%\/50%\s+1\s+10\s+[4-9]\s/);
    expect(await sh("kubectl get deployment php-apache")).toMatch(/php-apache\s+([4-9])\/\1\s+\1\s+\1/);
    await sh("kubectl delete pod load-generator --now");
    await pass(420);
    await until("kubectl get hpa php-apache", /cpu: 0%\/50%\s+1\s+10\s+1\s/);
    expect(await sh("kubectl get hpa.v2.autoscaling php-apache -o jsonpath='{.status.conditions[?(@.type==\"ScalingActive\")].reason}'")).toBe("ValidMetricFound");
  });
});
