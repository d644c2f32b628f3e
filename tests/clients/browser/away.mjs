// The answer for absence: preview, on, answered once, off.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn, write } from "./lib.mjs";

const [one, two] = args;
const page = await open();
await signIn(page, one);
await page.goto(`${base}/tai-khoan`);
await page.click('main a:has-text("Trả lời khi vắng mặt")');
await page.fill("#noi-dung", "Tôi đi công tác đến hết tuần.");
await page.click('button:has-text("Xem trước")');
assert.match(await page.textContent("main .next"), /Tôi đi công tác/);
await accessible(page);
await picture(page, "vang-mat-wide");
const last = await page.inputValue("#den-ngay");
await page.fill("#den-ngay", "2020-01-01");
await page.click('button:has-text("Bật trả lời")');
assert.match(await page.textContent("[role=alert]"), /Ngày cuối/);
await page.fill("#den-ngay", last);
await page.click('button:has-text("Bật trả lời")');
assert.match(await page.textContent("[role=status]"), /Đã bật/);
await page.setViewportSize(SIZES.phone);
await accessible(page);
await picture(page, "vang-mat-phone");

const other = await open();
await signIn(other, two);
for (let n = 0; n < 2; n += 1) {
  await other.goto(`${base}/soan?den=${encodeURIComponent(one)}`);
  await other.fill("[name=tieu-de]", "Xin ý kiến");
  await write(other, "x");
  await other.click('button[value="gui"]');
  assert.match(other.url(), /xong=gui/);
}
const until = Date.now() + 60_000;
do {
  assert.ok(Date.now() < until, "no answer came");
  await other.goto(`${base}/thu`);
} while ((await other.locator(".row").count()) === 0);
assert.match(await other.textContent(".row .subj"), /Trả lời tự động: Xin ý kiến/);

await page.reload();
assert.match(await page.textContent("main"), /đã được trả lời: 1/);
await page.click('button:has-text("Tắt trả lời")');
assert.match(await page.textContent("[role=status]"), /Đã tắt/);
await done();
