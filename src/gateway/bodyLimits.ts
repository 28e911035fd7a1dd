import { RequestRefused } from "./requestRefused.ts";

const mostDepth = 256;
/** A limit of ours: fields and list items in one body. The largest real objects (CustomResourceDefinitions) have about 30,000. */
const mostFields = 50_000;

function tooDeep(): RequestRefused {
  return new RequestRefused(400, "BadRequest", `the object provided is unrecognized: exceeded max depth (${mostDepth} here)`);
}

function tooMany(): RequestRefused {
  return new RequestRefused(413, "RequestEntityTooLarge", `Request entity too large: limit is ${mostFields} fields and items`);
}

/** Nesting and size, found before parsing so that no parser recurses over it or works on it for seconds. */
export function checkJsonLimits(text: string): void {
  // Each level and each field is a character at least.
  if (text.length <= mostDepth) return;
  let depth = 0;
  let fields = 0;
  let inText = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inText) {
      if (char === 92) index++;
      else if (char === 34) inText = false;
    } else if (char === 34) inText = true;
    else if (char === 44) fields++;
    else if (char === 123 || char === 91) {
      fields++;
      if (++depth > mostDepth) throw tooDeep();
    } else if (char === 125 || char === 93) depth--;
  }
  if (fields > mostFields) throw tooMany();
}

/** The same for what YAML says with lines and indents, and for its flow style, where a quote proves nothing. */
export function checkYamlLimits(text: string): void {
  const indents: number[] = [];
  let lines = 0;
  for (const line of text.split("\n")) {
    if (++lines > mostFields) throw tooMany();
    const indent = line.length - line.trimStart().length;
    if (indent === line.length) continue;
    while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) indents.pop();
    indents.push(indent);
    const compact = /^(?:[-?:][ \t]+)+/.exec(line.trimStart().slice(0, 4 * mostDepth))?.[0].replaceAll(/[ \t]/g, "").length ?? 0;
    if (indents.length + compact > mostDepth) throw tooDeep();
  }
  let depth = 0;
  let marks = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === 123 || char === 91) {
      marks++;
      if (++depth > mostDepth * 4) throw tooDeep();
    } else if (char === 125 || char === 93) depth = Math.max(0, depth - 1);
    else if (char === 44) marks++;
  }
  if (marks > mostFields) throw tooMany();
}
