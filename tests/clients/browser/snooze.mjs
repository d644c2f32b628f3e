// A message is put out of sight until a time, shown among those that wait, brought back; another stays away.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
await page.locator(".row > a", { hasText: "Viec 2" }).click();
await page.locator(".acts summary", { hasText: "Xem lại sau" }).click();
await picture(page, "xem-lai-menu-wide");
await page.click('.acts .menu[open] button:has-text("Đầu tuần tới"), .acts .menu[open] button >> nth=-1');
assert.match(await page.textContent("[role=status]"), /trở lại đúng giờ/);
assert.equal(await page.locator(".row", { hasText: "Viec 2" }).count(), 0);

await page.click('.tree >> text=Thư hẹn xem lại');
assert.match(page.url(), /xem=xem-lai/);
assert.match(await page.textContent("main li"), /Viec 2/);
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `xem-lai-${size}`);
}
await page.click('main li a:has-text("Viec 2")');
assert.equal(await page.textContent("article h1"), "Viec 2");
await page.goBack();
await page.click('main li button:has-text("Trở lại ngay")');
assert.match(await page.textContent("[role=status]"), /đã trở lại/);
await page.goto(`${base}/thu`);
assert.match(await page.textContent(".row >> nth=0"), /Viec 2/);
assert.ok(await page.locator(".row[data-unread]", { hasText: "Viec 2" }).count());

// Chosen in the list.
await page.check('.row:has-text("Viec 3") [name="u"]');
await page.check('.row:has-text("Viec 4") [name="u"]');
await page.click('.bulk-bar details.menu:has-text("Xem lại sau") > summary');
await accessible(page);
await picture(page, "xem-lai-chon-wide");
await page.setViewportSize(SIZES.phone);
await accessible(page);
await picture(page, "xem-lai-chon-phone");
await page.setViewportSize(SIZES.wide);
await page.click(".bulk-bar .menu[open] button >> nth=-1");
assert.match(await page.textContent("[role=status]"), /trở lại đúng giờ/);
assert.equal(await page.locator(".row", { hasText: /Viec [34]/ }).count(), 0);

// On a phone, without script, at a time of one's own.
const bare = await open("phone", { javaScriptEnabled: false });
await signIn(bare, address);
await bare.locator(".row > a", { hasText: "Viec 1" }).click();
await bare.locator(".acts summary", { hasText: "Xem lại sau" }).click();
await bare.click('a:has-text("Chọn lúc khác")');
await bare.fill("#luc-khac", await bare.getAttribute("#luc-khac", "max"));
await bare.click('button:has-text("Hẹn xem lại")');
assert.match(await bare.textContent("[role=status]"), /trở lại đúng giờ/);
assert.equal(await bare.locator(".row", { hasText: "Viec 1" }).count(), 0);
await done();
