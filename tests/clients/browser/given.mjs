// A password that was given opens nothing but the page on which it is changed; then the mailbox.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const [address, given, own] = args;
const page = await open();
await page.goto(`${base}/dang-nhap`);
await page.fill("[name=tai-khoan]", address);
await page.fill("[name=mat-khau]", given);
await page.click("main button.primary");
assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
for (const path of ["/thu", "/soan", "/danh-ba", "/tai-khoan"]) {
  await page.goto(base + path);
  assert.equal(new URL(page.url()).pathname, "/doi-mat-khau", path);
}
// The old one is not asked for again; the new one must be another.
assert.equal(await page.locator("[name=mat-khau-cu]").count(), 0);
const choose = async (password) => {
  await page.fill("[name=mat-khau-moi]", password);
  await page.fill("[name=mat-khau-lai]", password);
  await page.check("[name=nhan-trach-nhiem]");
  await page.click("main button.primary");
};
await choose(given);
assert.match(await page.textContent("[role=alert]"), /phải khác mật khẩu đang dùng|đã dùng gần đây/);
await choose(own);
assert.match(page.url(), /\/thu\/\d+\/\d+$/);
const other = await open("phone");
await signIn(other, address, given);
assert.match(await other.textContent("[role=alert]"), /chưa đúng/);
await signIn(other, address, own);
assert.match(other.url(), /\/thu\/\d+\/\d+$/);
await done();
