/** As /version, /metrics and the documents tell it. */
export const serverVersion = "v1.36.2";
