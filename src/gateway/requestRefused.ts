/** A request that never reaches the API server: the Status says what is wrong. */
export class RequestRefused extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}
