import { spans, type Span } from "./chartModel.ts";
import { t } from "../language/text.ts";

export function SpanChoice({ span, onSpan }: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  return (
    <div className="span-choice" role="group" aria-label={t`The last`}>
      {spans.map((each) => (
        <button key={each.seconds} aria-pressed={each.seconds === span.seconds} onClick={() => onSpan(each)}>
          {each.label}
        </button>
      ))}
    </div>
  );
}
