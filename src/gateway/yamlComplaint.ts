import type { YAMLParseError } from "yaml";

/** What go-yaml says where our parser says its own: the commonest complaints. Follows go-yaml's parserc.go and scannerc.go. */
export function goYamlComplaint(text: string, problem: YAMLParseError): string {
  const line = problem.linePos?.[0].line ?? 1;
  return `line ${line}: ${complaint(text, problem)}`;
}

function complaint(text: string, problem: YAMLParseError): string {
  const { message } = problem;
  switch (problem.code) {
    case "TAB_AS_INDENT":
      return "found character that cannot start any token";
    case "BLOCK_IN_FLOW":
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "mapping values are not allowed in this context";
    case "BAD_ALIAS":
      return "unknown anchor referenced";
    case "BAD_DQ_ESCAPE":
      return "found unknown escape character";
    default:
      break;
  }
  if (/Missing closing .*quote/i.test(message)) return "found unexpected end of stream";
  if (/Flow (sequence|map)/i.test(message)) {
    // Where a value was to come there is nothing; after one, a separator is missing.
    const end = text.trimEnd().at(-1) ?? "";
    if ("[{,".includes(end)) return "did not find expected node content";
    return message.includes("sequence") ? "did not find expected ',' or ']'" : "did not find expected ',' or '}'";
  }
  if (/Nested mappings/i.test(message)) return "mapping values are not allowed in this context";
  if (/Implicit keys? need|Implicit map keys/i.test(message)) return "could not find expected ':'";
  return "did not find expected key";
}
