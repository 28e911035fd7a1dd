/** As much of a scalar's reading as is changed here: the readers of YAML that are used have more. */
interface ScalarReading {
  readonly tag: string;
  readonly format?: string;
  readonly test?: RegExp;
}

const floats = /:float$/;
/** Times, sets and ordered maps are the texts, maps and lists that they are written as. */
const leftOut = /:(timestamp|set|omap|pairs|binary)$/;
const goFloat = /^(?:[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+(?:[eE][-+]?[0-9]+)?)$/;

function numberOf(text: string): number {
  return Number.parseFloat(text.replaceAll("_", ""));
}

/**
 * How Go reads scalars, from the tags of YAML 1.1 that other readers have: nothing is a number to the base of sixty (12:30), and a number holds a digit
 * before its exponent ("e5" and "." are texts). For the `customTags` of the npm package "yaml". Follows sigs.k8s.io/yaml/goyaml.v2/resolve.go.
 */
export function goYamlTags<T extends ScalarReading | string>(tags: readonly T[]): T[] {
  const read: T[] = [];
  let floatTag: T | undefined;
  for (const tag of tags) {
    if (typeof tag === "string") read.push(tag);
    else if (leftOut.test(tag.tag) || tag.format === "TIME") continue;
    // That of infinities and NaN stays.
    else if (floats.test(tag.tag) && tag.test?.test(".inf") !== true) floatTag = tag;
    else read.push(tag);
  }
  if (floatTag !== undefined) read.push(Object.assign({}, floatTag, { format: undefined, test: goFloat, resolve: numberOf }));
  return read;
}
