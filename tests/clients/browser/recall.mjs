// One of two has read it: the other's copy vanishes, and the sender sees what happened to each.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn, write } from "./lib.mjs";

const [one, two, three] = args;
const page = await open();
await signIn(page, one);
await page.goto(`${base}/soan?den=${encodeURIComponent(`${two}, ${three}`)}`);
await page.fill("[name=tieu-de]", "Gửi nhầm người");
await write(page, "Xin bỏ qua.");
await page.click('button[value="gui"]');
await page.waitForURL(/xong=gui/);

// One reads it; the other has the list open.
const reader = await open("phone");
await signIn(reader, three);
await reader.locator(".row > a", { hasText: "Gửi nhầm người" }).click();
await reader.locator("article h1").waitFor();
const other = await open();
await signIn(other, two);
assert.equal(await other.locator(".row", { hasText: "Gửi nhầm người" }).count(), 1);

await page.click('.tree >> text=Đã gửi');
await page.locator(".row > a", { hasText: "Gửi nhầm người" }).click();
await page.locator(".acts summary", { hasText: "Việc khác" }).click();
await page.click('.acts a:has-text("thu hồi")');
await page.waitForURL(/den-dau$/);
const list = await page.textContent("main");
assert.match(list, new RegExp(two));
assert.match(list, /đã đến hộp thư/);
assert.doesNotMatch(list, /đã đọc ·/);
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `den-dau-${size}`);
}
await page.click('button:has-text("Thu hồi thư")');
const until = Date.now() + 60_000;
while (!/Đã thu hồi\./.test(await page.textContent("main [role=status]"))) {
  assert.ok(Date.now() < until, "it is not taken back");
  await page.waitForTimeout(300);
  await page.reload();
}
const told = await page.textContent("main");
assert.match(told, /đã thu hồi khi chưa đọc/);
assert.match(told, /đã đọc trước khi thu hồi/);
assert.equal(await page.locator('button:has-text("Thu hồi thư")').count(), 0);
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `da-thu-hoi-${size}`);
}
const [file] = await Promise.all([page.waitForEvent("download"), page.click('a:has-text("CSV")')]);
assert.equal(file.suggestedFilename(), "nguoi-nhan.csv");

// It leaves the list that is open, and nothing of it is left.
await other.locator(".row", { hasText: "Gửi nhầm người" }).waitFor({ state: "detached" });
await reader.reload();
assert.equal(await reader.textContent("article h1"), "Gửi nhầm người");
await done();
