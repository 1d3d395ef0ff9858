import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { listQuery } from "../src/database/list-query.ts";
import { migrate } from "../src/database/migrate.ts";
import { SCHEMA } from "../src/database/schema.ts";

/** How SQLite goes about it. */
function planOf(query: Partial<Parameters<typeof listQuery>[0]>): string {
  using db = new DatabaseSync(":memory:");
  migrate(db, SCHEMA);
  const { sql, values } = listQuery({ newestFirst: false, afterSeq: undefined, limit: 100, ...query });
  const steps = db.prepare(`explain query plan ${sql}`).all(...values);
  return steps.map(({ detail }) => String(detail)).join("; ");
}

test.for(["waiting", "running", "dead", "dropped"] as const)(
  "reads no message that is done to list what is %s",
  (state) => {
    for (const newestFirst of [true, false]) {
      for (const afterSeq of [undefined, 5]) {
        expect(planOf({ state, newestFirst, afterSeq })).toMatch(
          /^(SCAN|SEARCH) message USING INDEX message_/,
        );
      }
    }
  },
);

test("finds the messages of a sender and a message id by an index", () => {
  expect(planOf({ sender: "anna", newestFirst: true })).toContain("USING INDEX message_sender (sender=?)");
  expect(planOf({ messageId: "1" })).toContain("(message_id=?)");
});
