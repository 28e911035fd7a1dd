import { useApp, useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { clockText } from "../selectors/clockText.ts";

/** Over the graph while it shows another time than now. */
export function PastNote() {
  const { look, branches } = useApp();
  const lookingAt = useCluster((state) => state.lookingAt);
  if (lookingAt === null) return null;
  return (
    <div className="past-note small" role="status" aria-label={t`Looking back`}>
      <span>
        {t`Looking at`}{" "}<b className="mono">{clockText(lookingAt).slice(0, 8)}</b>
      </span>
      <button className="link" onClick={() => void branches.here()} title={t`Go on from here as another run; this one is kept (B)`}>
        {t`Branch from here`}
      </button>
      <button className="link" onClick={look.now} title="N">
        {t`Return to now`}
      </button>
    </div>
  );
}
