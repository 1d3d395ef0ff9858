import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { migrate } from "../src/database/migrate.ts";
import { APPLICATION_ID, SCHEMA } from "../src/database/schema.ts";
import type { SchemaStep } from "../src/database/schema.ts";
import { openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A package of the past, and what came after it. */
const [one, two, three]: [SchemaStep, SchemaStep, SchemaStep] = [
  {
    version: 1,
    usableFrom: 1,
    sql: `create table meta (key text primary key, value integer not null) strict;
      insert into meta values ('usable_from', 1);
      create table message (id text primary key, body text) strict;`,
  },
  { version: 2, usableFrom: 1, sql: "alter table message add column sender text;" },
  { version: 3, usableFrom: 3, sql: "alter table message rename column body to text;" },
];

const version = (db: DatabaseSync): unknown => db.prepare("pragma user_version").get()?.["user_version"];

test("brings an older file up, with what is in it", () => {
  using db = new DatabaseSync(":memory:");
  expect(migrate(db, [one])).toBe(1);
  db.exec("insert into message values ('1', 'hello')");
  expect(migrate(db, [one, two, three])).toBe(3);
  expect(db.prepare("select * from message").all()).toEqual([{ id: "1", text: "hello", sender: null }]);
  expect(migrate(db, [one, two, three])).toBe(3);
});

test("works with a newer file as it is, when that file says that it can", () => {
  using db = new DatabaseSync(":memory:");
  migrate(db, [one, two]);
  expect(migrate(db, [one])).toBe(2);
  db.exec("insert into message (id, body) values ('1', 'written by the older one')");
  expect(migrate(db, [one, two, three])).toBe(3);
  expect(db.prepare("select text from message").all()).toEqual([{ text: "written by the older one" }]);
});

test("refuses a newer file that it would misread, and leaves it as it is", () => {
  using db = new DatabaseSync(":memory:");
  migrate(db, [one, two, three]);
  expect(() => migrate(db, [one, two])).toThrow("schema 3, this version knows up to 2");
  expect(version(db)).toBe(3);
});

test("takes all steps or none", () => {
  using db = new DatabaseSync(":memory:");
  migrate(db, [one]);
  const broken = { version: 3, usableFrom: 3, sql: "create table half (a text); select nonsense;" };
  expect(() => migrate(db, [one, two, broken])).toThrow("nonsense");
  expect(version(db)).toBe(1);
  expect(db.prepare("select name from pragma_table_info('message')").all()).toHaveLength(2);
});

test("opens a file of schema 1, and says what to do about one that is too new", async () => {
  using folder = temporaryFolder();
  const file = folder.file("inbox.db");
  {
    // Frozen here: the tables as the first version made them must open for ever.
    using db = new DatabaseSync(file);
    db.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = 1; ${SCHEMA[0]?.sql ?? ""}
      insert into message (robot_code, message_id, lane, body, state, attempts, appended_at)
        values ('robot', '1', 'a', '"hello"', 'running', 1, 5);
      insert into lane values ('a', 7, null, null, null);`);
  }
  {
    await using store = await openSqliteStore({ file });
    expect(await store.lanes.claim(1)).toMatchObject([{ messageId: "1", body: "hello", attempt: 2 }]);
    expect((await store.diagnose()).schemaVersion).toBe(1);
  }
  setVersion(file, 9, 1);
  {
    await using store = await openSqliteStore({ file });
    expect((await store.diagnose()).schemaVersion).toBe(9);
  }
  setVersion(file, 9, 8);
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    code: "DINGTALK_STORE",
    fault: "newer-schema",
    file,
    message: expect.stringMatching(/inbox\.db was written by a newer version .*install that version again/),
  });
});

function setVersion(file: string, newVersion: number, usableFrom: number): void {
  using db = new DatabaseSync(file);
  db.exec(`pragma user_version = ${newVersion}`);
  db.prepare("update meta set value = ? where key = 'usable_from'").run(usableFrom);
}
