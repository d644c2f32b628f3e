// HTML mail that attacks its reader: no script runs, nothing is fetched, nothing of the page is covered.
import { args, assert, done, open, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
const asked = [];
let ran = false;
await page.exposeFunction("attacked", () => {
  ran = true;
});
await page.route("**/*", (route) => {
  const { hostname } = new URL(route.request().url());
  if (hostname !== "127.0.0.1") {
    asked.push(route.request().url());
    return route.fulfill({ status: 204 });
  }
  return route.continue();
});
page.on("dialog", (dialog) => {
  ran = true;
  dialog.dismiss();
});
await signIn(page, address);
const count = await page.locator(".row").count();
assert.ok(count >= 20, `${count} messages`);
const links = await page.locator(".row > a").evaluateAll((rows) => rows.map((row) => row.href));
for (const link of links) {
  await page.goto(link);
  await page.waitForTimeout(120);
  const title = await page.textContent("article h1");
  assert.ok(!ran, `a script ran: ${title}`);
  assert.deepEqual(asked, [], `something was fetched: ${title}`);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  for (const frame of frames) {
    const found = await frame.evaluate(() => document.querySelectorAll("script,iframe,form,object,embed,base,link,[onerror],[onload],svg").length);
    assert.equal(found, 0, title);
  }
  // The page is still one's own: what lies over the buttons is the buttons.
  const reply = page.locator('[data-key="r"]');
  const box = await reply.boundingBox();
  const on = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest("[data-key]")?.dataset.key, [box.x + box.width / 2, box.y + box.height / 2]);
  assert.equal(on, "r", title);
  assert.equal(page.url().split("?")[0], link.split("?")[0], title);
}

// Pictures from elsewhere come once they are asked for.
await page.goto(links[links.length - 1]);
const frame = page.frames().find((one) => one !== page.mainFrame());
assert.match(await frame.textContent("body"), /ảnh/);
await frame.click(".congvu-ask a");
await page.waitForTimeout(500);
assert.ok(asked.some((url) => url.startsWith("https://anh.example/")), asked.join());
assert.ok(!asked.some((url) => url.startsWith("http:")), asked.join());
await done();
