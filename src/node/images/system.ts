import { corednsImage } from "./coredns/image.ts";
import { ingressNginxImage } from "./ingress-nginx/image.ts";
import { pauseImage } from "./pause/image.ts";
import type { ImageDefinition } from "./program.ts";

/** What a cluster pulls while it boots: all other images may come later (hosts/afterBoot.mjs). */
export const systemImages: readonly ImageDefinition[] = [pauseImage, corednsImage, ingressNginxImage];
