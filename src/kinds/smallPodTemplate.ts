const lines = ["metadata:", "  labels:", "    app: web", "spec:", "  containers:", "    - name: web", "      image: nginx:1.27"];

/** The smallest template of pods that examples of workloads show, as YAML, so many spaces in. */
export function smallPodTemplate(spaces: number): string {
  return lines.map((line) => `${" ".repeat(spaces)}${line}\n`).join("");
}
