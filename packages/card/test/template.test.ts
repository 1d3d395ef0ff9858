import { expect, test } from "vitest";

import { resolveCardTemplate, STANDARD_CARD_TEMPLATE_ID } from "../src/template.ts";

test("is the standard AI Markdown card with msgContent when nothing is configured [S2-94]", () => {
  for (const options of [{}, { cardTemplateId: " ", cardTemplateKey: "" }]) {
    const template = resolveCardTemplate(options);
    expect(template).toMatchObject({
      id: STANDARD_CARD_TEMPLATE_ID,
      key: "msgContent",
      stateVariable: "flowStatus",
    });
    expect(template.params).toMatchObject({ flowStatus: "1", sys_full_json_obj: '{"order":["msgContent"]}' });
  }
});

test("knows the connector's public template", () => {
  const template = resolveCardTemplate({ cardTemplateId: "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema" });
  expect(template.key).toBe("msgContent");
});

test("takes a custom template with content as its key, waiting word and no call for the state", () => {
  expect(resolveCardTemplate({ cardTemplateId: "0000.schema" })).toMatchObject({
    id: "0000.schema",
    key: "content",
    placeholder: true,
    stateVariable: undefined,
  });
});

test("lets the configured key win over every preset", () => {
  expect(resolveCardTemplate({ cardTemplateKey: "markdown" }).key).toBe("markdown");
  expect(resolveCardTemplate({ cardTemplateId: "0000.schema", cardTemplateKey: "answer" }).key).toBe(
    "answer",
  );
});

test("fills templates with strings only", () => {
  for (const cardTemplateId of [undefined, "0000.schema"]) {
    for (const value of Object.values(resolveCardTemplate({ cardTemplateId }).params)) {
      expect(value).toBeTypeOf("string");
    }
  }
});

test("refuses white space inside an id", () => {
  expect(() => resolveCardTemplate({ cardTemplateId: "a b" })).toThrow(/cardTemplateId/);
});
