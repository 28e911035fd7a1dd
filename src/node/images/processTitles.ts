import { imageUser } from "./users.ts";
import type { ProcessUser } from "./program.ts";

interface Title {
  /** From the number of the first process. */
  readonly offset: number;
  readonly user: string;
  readonly command: string;
}

/** A user as a program without that image's accounts prints it. */
export function userName(uid: number): string {
  return uid === 0 ? "root" : String(uid);
}

/** As whom a container's processes run: as its spec or its image says. */
export function userOf({ user, image }: { readonly user?: ProcessUser | undefined; readonly image: string }): { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } {
  const named = Number.parseInt(imageUser(image) ?? "", 10);
  const uid = user?.uid ?? (Number.isNaN(named) ? 0 : named);
  return user === undefined ? { uid, gid: uid, groups: [uid] } : { uid, gid: user.gid, groups: user.groups };
}

/** A shell lets the one simple command that it was given take its place. */
export function replacesShell(argv: readonly string[]): boolean {
  const [shell = "", option, script = "", ...more] = argv;
  return more.length === 0 && option === "-c" && /^(.*\/)?(sh|ash|bash|dash)$/.test(shell) && /^[\w./-]+( [\w./:,=-]+)*$/.test(script);
}

/** A command line as ps shows it. */
export function shownCommand(argv: readonly string[]): string {
  return (replacesShell(argv) ? (argv[2] ?? "") : argv.join(" ")).slice(0, 120);
}

/** The processes of a container's own program, as ps names them. */
export function processTitles(argv: readonly string[], of: { readonly user?: ProcessUser | undefined; readonly image: string }): readonly Title[] {
  const user = userName(userOf(of).uid);
  // Entrypoint scripts end by letting the server take their place.
  const words = argv[0]?.endsWith("entrypoint.sh") === true && argv.length > 1 ? argv.slice(1) : argv;
  const command = shownCommand(words);
  if ((words[0] ?? "").split("/").pop() !== "nginx") return [{ offset: 0, user, command }];
  return [{ offset: 0, user, command: `nginx: master process ${command}` }, { offset: 6, user: user === "root" ? "101" : user, command: "nginx: worker process" }];
}
