import { env } from "node:process";

/**
 * Whether a test that needs a privilege can run. Where `REQUIRE_PRIVILEGES` is 1, a privilege that is missing is a
 * failure, so that no suite passes by leaving out what it is there for.
 */
export function hasPrivilege(name: string, attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (env["REQUIRE_PRIVILEGES"] === "1")
      throw new Error(`REQUIRE_PRIVILEGES=1, but ${name}`, { cause: error });
    console.log(`skipped: ${name}`);
    return false;
  }
}
