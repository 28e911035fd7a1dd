import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import type { Json } from "../../base/json.ts";
import type { SimTime } from "../../sim/time.ts";
import type { Keyframe } from "../keyframes.ts";
import { applied, deltaOf, type Delta } from "./delta.ts";

/** Twice what etcd and the API server keep of the last ten minutes of an idle cluster; where more changed, packing would cost more than memory does. */
const mostChanged = 250_000;

/** A keyframe told by what it differs by from another, of which it holds no more than that. */
export class PackedKeyframe {
  readonly at: SimTime;
  private readonly base: Keyframe;
  private readonly bytes: Uint8Array;

  private constructor(at: SimTime, base: Keyframe, bytes: Uint8Array) {
    this.at = at;
    this.base = base;
    this.bytes = bytes;
  }

  /** Null where the two have too little in common. */
  static of(base: Keyframe, keyframe: Keyframe): PackedKeyframe | null {
    const delta = deltaOf(base as unknown as Json, keyframe as unknown as Json, { left: mostChanged });
    if (delta === null) return null;
    return new PackedKeyframe(keyframe.at, base, deflateSync(strToU8(JSON.stringify(delta))));
  }

  unpacked(): Keyframe {
    return applied(this.base as unknown as Json, JSON.parse(strFromU8(inflateSync(this.bytes))) as Delta) as unknown as Keyframe;
  }
}
