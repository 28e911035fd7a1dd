import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kubectlPath, withGateway, type Answer, type GatewayUnderTest } from "./gatewayUnderTest.ts";
import { ownKubectl, type OwnKubectl } from "./ownKubectl.ts";

const folder = mkdtempSync(join(tmpdir(), "orrery-own-"));
const files: Record<string, string> = {};
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  files[path] = text;
  return path;
}

const shop = file(
  "shop.yaml",
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}, annotations: {note: "first\\nsecond"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {a: b}}
    spec:
      initContainers: [{name: first, image: "busybox:1.36", command: [sh, -c, "echo ready"]}]
      containers:
        - name: web
          image: nginx:1.27
          ports: [{name: http, containerPort: 80}]
          env:
            - {name: PLAIN, value: "yes"}
            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: COLOR, valueFrom: {configMapKeyRef: {name: paint, key: color}}}
          envFrom: [{configMapRef: {name: paint, optional: true}}]
          readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 2}
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
          volumeMounts: [{name: paint, mountPath: /paint}, {name: scratch, mountPath: /tmp/scratch}]
        - {name: side, image: "busybox:1.36", command: [sh, -c, "i=0; while true; do echo line $i; i=$((i+1)); sleep 5; done"]}
      volumes: [{name: paint, configMap: {name: paint}}, {name: scratch, emptyDir: {}}]
      tolerations: [{key: dedicated, operator: Equal, value: web, effect: NoSchedule}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: alt, port: 8080, targetPort: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: paint}
data: {color: red, script: "line one\\n  line two\\n", odd: "yes", number: "012", colon: "a: b", hash: "x #y", dash: "- z", empty: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {password: hidden}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "redis:7", livenessProbe: {tcpSocket: {port: 6379}}}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: "busybox:1.36", command: [echo, done]}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: "busybox:1.36", command: [echo, done]}]}}}}}
`,
);

/** What more is looked at, some of it of no namespace. */
const more = file(
  "more.yaml",
  `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: small}
spec: {limits: [{type: Container, max: {cpu: "2"}, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: some}
spec: {hard: {pods: "50", requests.cpu: "20"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 2Gi}, storageClassName: none, hostPath: {path: /data}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "false"}}
provisioner: example.com/fast
parameters: {type: ssd}
`,
);

/** Commands that only read: both must say the same, byte for byte. */
const reads: readonly string[] = [
  "get pods", "get pods -o wide", "get pods -A", "get pods,svc", "get all", "get deploy web", "get deployment.apps/web svc/web", "get deploy web -o yaml", "get deploy web -o json", "get configmap paint -o yaml", "get secret keys -o yaml",
  "get pods -o name", "get pods -l app=web -o name", "get pods --no-headers", "get pods --show-labels", "get pods -L app", "get nodes -o wide", "get ns", "get svc web -o jsonpath={.spec.ports[*].port}", "get pods -o jsonpath={range .items[*]}{.metadata.name}{'\\n'}{end}",
  "get pods -o custom-columns=N:.metadata.name,I:.spec.containers[*].image,X:.spec.nope", "get pods --sort-by=.metadata.name", "get pods -l app=none", "get pods -n none", "get pod none", "get nopes", "get pod web none-such", "get rs,deploy -l app=web", "get ingress", "get endpointslices -l kubernetes.io/service-name=web -o name",
  "get pods -o nope", "get pods --nope", "get pods -n", "get", "get pods -l app=web --field-selector=status.phase=Running", "get events -n none", "get sa default -o yaml", "get pods -o yaml -l app=none", "get job once -o wide", "get cronjob",
  "describe deploy web", "describe svc web", "describe ingress web", "describe cm paint", "describe secret keys", "describe statefulset db", "describe job once", "describe cronjob nightly", "describe pods -l app=web", "describe pod db-0", "describe rs -l app=web", "describe node node-1", "describe ns default", "describe sa default", "describe pod none", "describe clusterrole view", "describe clusterrolebinding cluster-admin", "describe storageclass", "describe hpa web", "describe pdb web", "describe limits small", "describe quota some", "describe pvc data", "describe pv disk", "describe priorityclass system-node-critical", "describe ingressclass", "describe endpointslice -n none", "describe lease node-1 -n kube-node-lease", "describe networkpolicy", "get hpa,pdb,pvc", "get pv,sc", "describe ds -n kube-system",
  "rollout history deploy/web", "rollout history deploy/web --revision=1", "rollout status deploy/web", "rollout status sts/db", "rollout history deploy/web --revision=9",
  "logs deploy/web -c side --tail=2", "logs db-0 --tail=1", "logs none", "logs db-0 -c nope", "logs -l app=web -c side --tail=1 --prefix", "logs deploy/web --tail=1",
  "api-resources", "api-resources -o wide", "api-resources --api-group=apps -o name", "api-resources --namespaced=false --no-headers", "api-versions",
  "explain pods", "explain deploy.spec.strategy", "explain pod.spec.containers.env.valueFrom", "explain service.spec.ports.targetPort", "explain deployment --recursive", "explain pod.spec.nope", "explain nopes", "explain configmap.data",
  "auth can-i create pods", "auth can-i get pods --as=nobody", "auth can-i get nodes", "auth whoami", "auth can-i --list --as=nobody", "get pods --as=nobody",
  "create deployment dry --image=nginx --replicas=2 --dry-run=client -o yaml", "create configmap dry --from-literal=a=1 --dry-run=client -o yaml", "run dry --image=nginx --port=80 --env=A=b --dry-run=client -o yaml", "create service nodeport dry --tcp=80:8080 --dry-run=client -o yaml", "create job dry --image=busybox --dry-run=client -o yaml -- date", "create role dry --verb=get,list --resource=pods,deployments.apps --dry-run=client -o yaml", "create ingress dry --rule=a.example/x*=web:80 --dry-run=client -o yaml", "create ns dry --dry-run=client -o yaml", "create cronjob dry --image=busybox --schedule=*/5 --dry-run=client -o yaml", "create rolebinding dry --clusterrole=view --user=ann --serviceaccount=default:robot --dry-run=client -o yaml", "create quota dry --hard=pods=2 --dry-run=client -o yaml", "create pdb dry --selector=app=web --min-available=1 --dry-run=client -o yaml",
  "expose deploy web --port=80 --name=dry --dry-run=client -o yaml", "set image deploy/web nope=nginx", "scale deploy web", "scale --replicas=2", "exec db-0 ls", "exec db-0", "delete pods", "delete", "label pod db-0", "create", "rollout undo sts/none", "get pods --as=system:serviceaccount:default:default", "top pods", "wait pod/none --for=condition=Ready --timeout=1s", "events --for deploy/web",
];

/** Each both do, each in a namespace of its own. */
const writes: readonly string[] = [
  "apply -f FILE", "apply -f FILE", "wait --for=condition=Available deploy/web --timeout=90s", "rollout status deploy/web", "scale deploy web --replicas=3", "scale deploy/web --replicas=2 --current-replicas=9", "set image deploy/web web=nginx:1.26", "rollout status deploy/web --timeout=60s", "rollout history deploy/web", "rollout undo deploy/web", "rollout undo deploy/web --to-revision=7", "rollout restart deploy/web",
  "rollout pause deploy/web", "rollout pause deploy/web", "rollout resume deploy/web", "label deploy web tier=front", "label deploy web tier=back", "label deploy web tier=back --overwrite", "label deploy web tier-", "label deploy web tier-", "annotate deploy web by=me", "annotate deploy web by-",
  // Between the two its controller must have come by: a status that is written meanwhile is a change as well.
  "patch deploy web -p {\"spec\":{\"minReadySeconds\":1}}", "rollout status deploy/web --timeout=60s", "patch deploy web -p {\"spec\":{\"minReadySeconds\":1}}", "patch deploy web --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]", "expose deploy web --name=two --port=81", "expose deploy web --name=two --port=81", "create deployment made --image=nginx", "create deployment made --image=nginx", "create deployment Bad_Name --image=nginx", "create configmap made --from-literal=a=1", "create secret generic made --from-literal=a=1", "run solo --image=nginx --labels=a=b",
  "create -f FILE", "apply -f BAD", "apply -f INVALID", "apply -f none.yaml", "set env deploy/web A=b", "delete pod solo --now", "delete svc two none", "delete deploy -l app=made", "delete cm made --dry-run=client", "delete -f FILE --wait=false", "delete pods -l run=none --force", "get pods -l never=here",
  "create token default --audience=x --duration=1s", "create sa robot", "create role reader --verb=get --resource=pods", "create rolebinding reader --role=reader --serviceaccount=default:robot", "create quota small --hard=pods=9", "create ingress door --rule=x.example/*=web:80", "create job now --image=busybox:1.36 -- true", "apply -f PRUNED --prune -l set=one", "apply -f FEWER --prune -l set=one", "apply -f BUDGET", "apply -f BUDGET", "apply --server-side -f FEWER", "apply view-last-applied cm/left",
];

/** A process a command: `npm run test:deep` asks them all, else a third of the reads and the first third of the writes. */
const isDeep = process.env["ORRERY_DEEP"] === "1";
const read = isDeep ? reads : reads.filter((_, index) => index % 3 === 0);
const written = isDeep ? writes : writes.slice(0, 24);

const named: Readonly<Record<string, string>> = {
  FILE: shop,
  BAD: file("bad.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndat: {a: b}\n"),
  INVALID: file("invalid.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad}\nspec: {replicas: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: x, image: x}]}}}\n"),
  PRUNED: file("pruned.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: left, labels: {set: one}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone, labels: {set: one}}\n"),
  BUDGET: file("budget.yaml", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: few}\nspec: {minAvailable: 1, selector: {matchLabels: {a: b}}}\n"),
  FEWER: file("fewer.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: left, labels: {set: one}}\n"),
};

function wordsOf(command: string): readonly string[] {
  return command.split(" ").map((word) => named[word] ?? word);
}

/** Without what is of one namespace, one object or one moment. */
function plain(answer: Answer): Answer {
  const same = (text: string) =>
    text
      .replace(/\b(real|ours)\b/g, "NAMESPACE")
      .replace(/-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-HASH")
      // A line of the real one's own log, with its time and process.
      .replace(/^W\d{4} [^\n]*\n/gm, "")
      // One line for each change seen: how many there are is a matter of the moment.
      .replace(/(Waiting for deployment[^\n]*\n)+/g, "");
  return { code: answer.code, out: same(answer.out), err: same(answer.err) };
}

describe.skipIf(kubectlPath === null)("the terminal's kubectl says what the real one says", { timeout: 240_000 }, () => {
  let gateway: GatewayUnderTest;
  let own: OwnKubectl;
  withGateway(["--speed", "2"], (started) => {
    gateway = started;
    own = ownKubectl(started, files);
  });

  it("has something to look at", async () => {
    await gateway.run(["apply", "-f", shop, "-f", more]);
    await gateway.run("rollout status deploy/web --timeout=90s");
    await gateway.run("wait pod/db-0 --for=condition=Ready --timeout=60s");
    await gateway.run("wait job/once --for=condition=Complete --timeout=60s");
  });

  it.each(read)("%s", async (command) => {
    // Ages go on between the two: until both were asked in one second.
    let real: Answer = { code: 0, out: "", err: "" };
    let ours: Answer = real;
    for (let attempt = 0; attempt < 8; attempt++) {
      [real, ours] = await Promise.all([gateway.kubectl(wordsOf(command)), own.run(wordsOf(command))]);
      if (real.out === ours.out && real.err === ours.err && real.code === ours.code) break;
    }
    expect(ours).toEqual(real);
  });

  it("writes", async () => {
    await gateway.run("create ns real");
    await gateway.run("create ns ours");
    const differences: unknown[] = [];
    const inOurs = ownKubectl(gateway, files, "ours");
    for (const command of written) {
      const words = wordsOf(command);
      const [real, ours] = await Promise.all([gateway.kubectl(["-n", "real", ...words]), inOurs.run(words)]);
      if (JSON.stringify(plain(real)) !== JSON.stringify(plain(ours))) differences.push({ command, real: plain(real), ours: plain(ours) });
    }
    expect(differences).toEqual([]);
  });
});
