import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Configure a Pod to Use a ConfigMap, Distribute Credentials Securely Using Secrets", [], ({ sh, until }) => {
  it("values of ConfigMaps as variables and as files", async () => {
    await sh("kubectl create -f https://k8s.io/examples/configmap/configmap-multikeys.yaml");
    await sh("kubectl create -f https://k8s.io/examples/pods/pod-configmap-volume.yaml");
    await until("kubectl describe pod dapi-test-pod", /FailedMount.*configmap "special-config" not found|Completed/);
    await sh("kubectl delete pod dapi-test-pod --now");
    await sh("kubectl create -f https://k8s.io/examples/pods/pod-configmap-envFrom.yaml");
    await sh("kubectl wait pod dapi-test-pod --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s");
    expect(await sh("kubectl logs dapi-test-pod")).toMatch(/^SPECIAL_LEVEL=very$[^]*^SPECIAL_TYPE=charm$/m);
    await sh("kubectl delete pod dapi-test-pod --now");
    await sh("kubectl create -f https://k8s.io/examples/pods/pod-configmap-volume.yaml");
    await sh("kubectl wait pod dapi-test-pod --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s");
    expect(await sh("kubectl logs dapi-test-pod")).toBe("SPECIAL_LEVEL\nSPECIAL_TYPE\n");
  });

  it("Secrets as files and as variables", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/pods/inject/secret.yaml")).toBe("secret/test-secret created\n");
    // The page shows a byte more of each: it counted the end of a line that the manifest does not have.
    expect(await sh("kubectl describe secret test-secret")).toMatch(/Type:\s+Opaque\n\nData\n====\npassword:\s+12 bytes\nusername:\s+6 bytes\n/);
    await sh("kubectl apply -f https://k8s.io/examples/pods/inject/secret-pod.yaml && kubectl wait pod secret-test-pod --for=condition=Ready");
    expect(await sh("kubectl exec -i secret-test-pod -- sh -c 'ls /etc/secret-volume; cat /etc/secret-volume/username; echo; cat /etc/secret-volume/password'")).toBe("password\nusername\nmy-app\n39528$vdg7Jb");
    await sh(`kubectl patch secret test-secret -p '{"stringData":{"username":"my-other-app"}}'`);
    await until("kubectl exec secret-test-pod -- cat /etc/secret-volume/username", "my-other-app");
    await sh("kubectl create secret generic backend-user --from-literal=backend-username='backend-admin'");
    await sh("kubectl create -f https://k8s.io/examples/pods/inject/pod-single-secret-env-variable.yaml && kubectl wait pod env-single-secret --for=condition=Ready");
    expect(await sh("kubectl exec -i env-single-secret -- /bin/sh -c 'echo $SECRET_USERNAME'")).toBe("backend-admin\n");
  });
});
