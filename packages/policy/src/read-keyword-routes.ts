import { createKeywordRoute, foldText } from "./keyword-route.ts";
import type { KeywordRoute } from "./keyword-route.ts";
import { isRecord } from "./policy-reader.ts";
import type { PolicyReader } from "./policy-reader.ts";

/** Reads `keywordRoutes`. A route that cannot be read is left out: its messages go where those without a keyword go. */
export function readKeywordRoutes(reader: PolicyReader, value: unknown): readonly KeywordRoute[] {
  const written = reader.record("keywordRoutes", value);
  if (written === "broken" || written === undefined) return [];
  const routes = new Map<string, KeywordRoute>();
  for (const [keyword, target] of written) {
    const path = `keywordRoutes.${keyword}`;
    const agent = reader.text(path, isRecord(target) ? target["agent"] : target);
    const within = isRecord(target) ? target["in"] : undefined;
    const type = within === "direct" || within === "group" ? within : undefined;
    if (type === undefined && within !== undefined && within !== null) {
      reader.broken(`${path}.in`, 'the keyword is left out; allowed: "direct", "group"');
      continue;
    }
    const route = agent === undefined ? undefined : createKeywordRoute(keyword, { agent, in: type });
    if (route === undefined) continue;
    const key = `${type ?? ""} ${foldText(keyword)}`;
    if (routes.has(key)) reader.broken(path, "it reads the same as an earlier keyword, which holds");
    else routes.set(key, route);
  }
  return [...routes.values()];
}
