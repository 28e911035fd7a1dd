/** Text on its way from one program to the next; a reader waits until there is some. */
export class Pipe {
  private chunks: string[] = [];
  private ended = false;
  private wake: (() => void) | null = null;
  private buffered = 0;
  private rest = "";

  /** False where nobody reads any more, or too much is waiting to be read. */
  write(text: string): boolean {
    if (this.ended || this.buffered > mostBuffered) return false;
    this.chunks.push(text);
    this.buffered += text.length;
    this.wake?.();
    return true;
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** The next text; null at the end. */
  async read(): Promise<string | null> {
    while (this.chunks.length === 0 && !this.ended) await new Promise<void>((resolve) => void (this.wake = resolve));
    this.wake = null;
    const text = this.chunks.join("");
    this.chunks = [];
    this.buffered = 0;
    return text === "" && this.ended ? null : text;
  }

  /** The next line without its break; null at the end. */
  async line(): Promise<string | null> {
    for (;;) {
      const stop = this.rest.indexOf("\n");
      if (stop >= 0) {
        const line = this.rest.slice(0, stop);
        this.rest = this.rest.slice(stop + 1);
        return line;
      }
      const more = await this.read();
      if (more === null) {
        const last = this.rest;
        this.rest = "";
        return last === "" ? null : last;
      }
      this.rest += more;
    }
  }

  async all(): Promise<string> {
    let text = this.rest;
    this.rest = "";
    for (;;) {
      const more = await this.read();
      if (more === null) return text;
      text += more;
    }
  }
}

/** What may wait in a pipe: a limit of ours. */
const mostBuffered = 8_000_000;
