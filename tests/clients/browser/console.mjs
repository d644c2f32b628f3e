// The console's shell and first page: `node console.mjs DEMO_JSON`.

import { accessible, account, assert, base, done, open, picture, signIn } from "./lib.mjs";

const admin = "quantri@sonminh.gov.vn";

for (const size of ["wide", "phone"]) {
  const page = await open(size);
  await signIn(page, admin);
  await page.click(".who summary");
  await page.click('.who a[href="/quan-ly"]');
  assert.equal(await page.locator("h1").innerText(), "Việc cần làm");
  await accessible(page);
  await picture(page, `quan-ly-${size}`);
  if (size === "wide") {
    // Every page of the menu is there, and breaks no rule.
    const links = await page.locator(".side a[href^='/quan-ly']").evaluateAll((found) => found.map((one) => one.getAttribute("href")));
    assert.ok(links.length > 3, links);
    for (const link of links) {
      const answer = await page.goto(base + link);
      assert.equal(answer.status(), 200, link);
      assert.equal(await page.locator('.side a[aria-current="page"]').getAttribute("href"), link);
      await accessible(page);
    }
    // "/" goes to the search.
    await page.goto(`${base}/quan-ly`);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "tim");
  } else {
    // The menu is a drawer there.
    await page.click('a[href="#muc"]');
    assert.ok(await page.locator(".side").isVisible());
    await accessible(page);
  }
  await page.context().close();
}

// Who speaks for an agency has a console of their own; others have none.
const head = await open("wide");
await signIn(head, account("head"));
await head.goto(`${base}/quan-ly`);
assert.equal(await head.locator("h1").innerText(), "Việc cần làm");
assert.equal(await head.locator('.side a[href="/quan-ly/hang-doi"]').count(), 0);
await accessible(head);
await head.context().close();
const official = await open("wide");
await signIn(official, account("user"));
assert.equal(await official.locator('.who a[href="/quan-ly"]').count(), 0);
const refused = await official.goto(`${base}/quan-ly`);
assert.equal(refused.status(), 403);
assert.match(await official.locator("main").innerText(), /không giữ vai trò/);
await done();
