export interface PageModule {
  readonly path: string;
  readonly text: string;
}
export interface MarkedText {
  /** "{0} of {1} ready", or "pod|pods". */
  readonly key: string;
  /** What stands for {0}, {1} ... as written. */
  readonly values: readonly string[];
  readonly line: number;
}
export function textsOf(file: PageModule): { readonly marked: readonly MarkedText[]; readonly unmarked: readonly string[] };
export function toldTexts(root: string): readonly (MarkedText & { readonly path: string })[];
export function pageModules(root: string, under?: string): readonly PageModule[];
