import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { eventLines } from "../stores/eventStore.ts";

const pauseMs = (): number => 3_000;

/** Of a node's pods with one image only the first has it pulled, and so the event: what is said of the image holds for all of them. */
export function notSimulated(images: readonly string[], messages: readonly string[]): readonly string[] {
  return images.filter((image, index) => images.indexOf(image) === index && messages.some((message) => message.startsWith(`Image "${image}" is not simulated`)));
}

/** A pod of an image that nobody simulates looks as well as any other; here it is said that it is another program. */
export function NotSimulated({ fact: { uid, ref, summary } }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const said = useLive(past ? null : `notSimulated/${uid}`, async () => eventLines((await client.read({ verb: "list", path: `/api/v1/namespaces/${ref.namespace}/events`, query: { fieldSelector: "reason=NotSimulated", limit: "200" } })).body), pauseMs);
  const images = summary.tier === "pod" && said !== null ? notSimulated(summary.images, said.map(({ message }) => message)) : [];
  if (images.length === 0) return null;
  return (
    <p className="small dim st-warning inspector-fault">
      <span className="state">{t`▲ Not simulated:`}</span> {t`the program of ${images.join(", ")}. In its place a server answers on the container's ports.`}
    </p>
  );
}
