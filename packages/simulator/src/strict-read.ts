import { ConfigError } from "@dingtalk-kit/protocol";

import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Reads one member of an order, of the type that its name says. @throws ConfigError when it is another. */
export const read = {
  text: (body: JsonObject, key: string): string | undefined => {
    const value = body[key];
    if (value === undefined || typeof value === "string") return value;
    throw new ConfigError(`${key} must be a string`);
  },
  required: (body: JsonObject, key: string): string => {
    const value = read.text(body, key);
    if (value === undefined || value === "") throw new ConfigError(`${key} is missing`);
    return value;
  },
  flag: (body: JsonObject, key: string): boolean | undefined => {
    const value = body[key];
    if (value === undefined || typeof value === "boolean") return value;
    throw new ConfigError(`${key} must be true or false`);
  },
  count: (body: JsonObject, key: string): number | undefined => {
    const value = body[key];
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0)) {
      return value;
    }
    throw new ConfigError(`${key} must be a whole number, not negative`);
  },
  texts: (body: JsonObject, key: string): readonly string[] | undefined => {
    const value = body[key];
    if (value === undefined) return undefined;
    const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string");
    if (!isTexts) throw new ConfigError(`${key} must be a list of strings`);
    return value;
  },
  object: (body: JsonObject, key: string): JsonObject | undefined => {
    const value = body[key];
    if (value === undefined || isObject(value)) return value;
    throw new ConfigError(`${key} must be an object`);
  },
  /** One of `choices`. */
  oneOf: <T extends string | number>(body: JsonObject, key: string, choices: readonly T[]): T | undefined => {
    const value = body[key];
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) throw new ConfigError(`${key} must be ${choices.join(" or ")}`);
    return chosen;
  },
};

/** A misspelt key must not pass as a default. */
export function allowOnly(body: JsonObject, keys: readonly string[], prefix = ""): void {
  const unknown = Object.keys(body).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new ConfigError(`unknown key: ${prefix}${unknown.join(", ")}`);
}
