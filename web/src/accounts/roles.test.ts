import { expect, test } from "vitest";

import { describeAction, roleLabel, roleMay, ROLES } from "./roles";

test("every role has a name and says what it may", () => {
  for (const { value } of ROLES) {
    expect(roleLabel(value)).not.toBe(value);
    expect(roleMay(value)).not.toBe("");
  }
});

test("what was done is told in words, unknown actions included", () => {
  expect(describeAction({ action: "account_changed", fields: ["full_name", "role"] })).toBe("Changed: full name, role");
  expect(describeAction({ action: "sign_in_failed", fields: [] })).toBe("Sign-in failed");
  expect(describeAction({ action: "made_of_gold", fields: ["crown"] })).toBe("made of gold: crown");
});
