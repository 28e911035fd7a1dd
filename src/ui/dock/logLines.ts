const mostLines = 300;

/** Lines with timestamps, up to a time and without the stamps. */
export function linesUntil(text: string, unixUs: number): string {
  const stamped = text.split("\n").filter((line) => {
    const ms = Date.parse(line.slice(0, line.indexOf(" ")));
    return ms * 1000 <= unixUs;
  });
  return stamped.slice(-mostLines).map((line) => `${line.slice(line.indexOf(" ") + 1)}\n`).join("");
}
