import { useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useApp } from "../app/appModel.ts";
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
    <div className="zoom-bar" role="group" aria-label="Zoom">
      <button className="icon-btn" aria-label="Zoom out" title="Zoom out" onClick={by(zoomOut)}>
        <Minus size={13} />
      </button>
      <span className="micro mono" aria-hidden="true">
        {percent}%
      </span>
      <button className="icon-btn" aria-label="Zoom in" title="Zoom in" onClick={by(zoomIn)}>
        <Plus size={13} />
      </button>
      <button className="icon-btn" aria-label="Fit the graph" title="Fit the graph (F)" onClick={again}>
        <Maximize size={13} />
      </button>
      {(["svg", "png"] as const).map((format) => (
        <button key={format} className="icon-btn micro" aria-label={`Save the graph as ${format.toUpperCase()}`} title={`Save the graph as ${format.toUpperCase()}`} onClick={() => void saveAsFile(format, view.getState().lens)}>
          {format}
        </button>
      ))}
    </div>
  );
}
