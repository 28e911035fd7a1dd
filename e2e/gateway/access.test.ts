import { describe, expect, it } from "vitest";
import { apiAlone, type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

describe.skipIf(kubectlPath === null)("kubectl on who may what", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(apiAlone, (started) => void (gateway = started));

  const kubectl = (args: string) => gateway.kubectl(args.split(" "));

  it("asks, is refused, is bound to a role, and may", async () => {
    expect(await kubectl("auth can-i list pods --as alice")).toMatchObject({ code: 1, out: "no\n" });
    expect((await kubectl("get pods -A --as alice")).err).toBe('Error from server (Forbidden): pods is forbidden: User "alice" cannot list resource "pods" in API group "" at the cluster scope\n');
    expect((await kubectl("create rolebinding readers --clusterrole=view --group=readers")).out).toBe("rolebinding.rbac.authorization.k8s.io/readers created\n");
    expect((await kubectl("auth can-i list pods --as alice --as-group readers")).out).toBe("yes\n");
    expect(await kubectl("get pods --as alice --as-group readers")).toMatchObject({ code: 0, err: "No resources found in default namespace.\n" });
    expect((await kubectl("auth can-i --list --as alice --as-group readers")).out).toMatch(/^pods\/log +\[\] +\[\] +\[get list watch\]$/m);
  });

  it("says who one is, also as another", async () => {
    expect((await kubectl("auth whoami")).out).toMatch(/Username +kubernetes-admin\nGroups +\[system:masters system:authenticated\]/);
    expect((await kubectl("auth whoami --as system:serviceaccount:default:robot")).out).toMatch(/Groups +\[system:serviceaccounts system:serviceaccounts:default system:authenticated\]/);
    expect((await kubectl("auth whoami --as alice --as-uid 7 --as-user-extra a/b=c")).out).toMatch(/UID +7\nGroups +\[system:authenticated\]\nExtra: a\/b +\[c\]/);
  });
});
