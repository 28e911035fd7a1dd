import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";

/** The page's end of the wire to an engine: a Web Worker in the product, a scripted stand-in in tests. */
export interface EngineLink {
  post(message: ToEngine): void;
  /** Returns the function that stops listening. */
  listen(listener: (message: FromEngine) => void): () => void;
  close(): void;
}
