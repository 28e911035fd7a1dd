import { useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useApp } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { saveAsFile } from "./save/asFile.ts";

export interface ZoomBarProps {
  readonly letGo: () => void;
  readonly again: () => void;
}

/** Nearer, farther, and all of it: for those who have no wheel, and to find back. And what is shown, as a file. */
export function ZoomBar({ letGo, again }: ZoomBarProps) {
  const { zoomIn, zoomOut } = useReactFlow();
  const { view } = useApp();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const by = (zoom: typeof zoomIn) => () => {
    letGo();
    void zoom({ duration: 120 });
  };
  return (
    <div className="zoom-bar" role="group" aria-label={t`Zoom`}>
      <button className="icon-btn" aria-label={t`Zoom out`} title={t`Zoom out`} onClick={by(zoomOut)}>
        <Minus size={13} />
      </button>
      <span className="micro mono" aria-hidden="true">
        {percent}%
      </span>
      <button className="icon-btn" aria-label={t`Zoom in`} title={t`Zoom in`} onClick={by(zoomIn)}>
        <Plus size={13} />
      </button>
      <button className="icon-btn" aria-label={t`Fit the graph`} title={t`Fit the graph (F)`} onClick={again}>
        <Maximize size={13} />
      </button>
      {(["svg", "png"] as const).map((format) => (
        <button key={format} className="icon-btn micro" aria-label={t`Save the graph as ${format.toUpperCase()}`} title={t`Save the graph as ${format.toUpperCase()}`} onClick={() => void saveAsFile(format, view.getState().lens)}>
          {format}
        </button>
      ))}
    </div>
  );
}
