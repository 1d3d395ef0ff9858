import type { z } from "zod";

// A type, not an interface: zod wants an index signature.
export type KeyMeta = {
  readonly label: string;
  readonly help: string;
  /** Its value never appears in a message, a form or a plan. */
  readonly sensitive?: boolean;
  /** Few people need it. */
  readonly advanced?: boolean;
  /** Understood, but without effect in this version. */
  readonly notYet?: boolean;
  /** Whether set-up asks for it. */
  readonly setup?: boolean;
};

/** What forms, documents and messages say about a key. */
export function about(label: string, help: string, extra: Partial<KeyMeta> = {}): KeyMeta {
  return { label, help, ...extra };
}

/** One schema for each setting of `Settings`, no more and no fewer. */
export type KeySchemas<Settings> = { readonly [Name in keyof Settings]-?: z.ZodType<Settings[Name]> };
