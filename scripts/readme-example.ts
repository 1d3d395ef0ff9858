/** Takes from a package's README what a newcomer would copy: the install command and the first program. */

export interface ReadmeExample {
  /** Packages that the README says to install; empty when it has no such line. */
  readonly packages: readonly string[];
  /** The first block marked `ts`, or undefined when there is none. */
  readonly program: string | undefined;
}

export function readExample(readme: string): ReadmeExample {
  const program = /^```ts\n(.*?)^```/ms.exec(readme)?.[1];
  const install = /^(?:\$ )?npm (?:install|i) (.+)$/m.exec(readme)?.[1] ?? "";
  const packages = install.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
  return { packages, program };
}
