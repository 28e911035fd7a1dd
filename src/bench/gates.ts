/** What must hold: `gate(name, value, sense, bound, detail)` prints it and remembers whether it does. */
export type Gate = (name: string, value: number, sense: "at most" | "at least", bound: number, detail: string) => void;
