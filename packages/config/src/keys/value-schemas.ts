import { z } from "zod";

import type { SecretInput, SecretReference } from "../setting-values.ts";

export const text: z.ZodType<string> = z.string().trim().min(1);

/** Ids may be written as numbers in a config file; they are text everywhere else. */
export const id: z.ZodType<string> = z.union([text, z.number().transform(String)]).meta({ allowed: "an id" });

export const ids: z.ZodType<readonly string[]> = z.array(id).meta({ allowed: "a list of ids" });

export const texts: z.ZodType<readonly string[]> = z.array(text);

export const delayMs: z.ZodInt = z.int().min(100).max(3_600_000);

const secretReference: z.ZodType<SecretReference> = z
  .looseObject({ source: z.enum(["env", "file", "exec", "store"]), id: text })
  .meta({ allowed: 'a SecretRef ({ source: "env", "file", "exec" or "store", provider, id })' });

/** The secret itself, or where the host fetches it. */
export const secret: z.ZodType<SecretInput> = z.union([text, secretReference]);

export const httpUrl: z.ZodType<string> = z.url({ protocol: /^https?$/ });
