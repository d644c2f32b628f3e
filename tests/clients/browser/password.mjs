// One's own password: the old one is asked for, faults are told with their clause, and every other session ends.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const [address, old] = args;
const page = await open();
const other = await open();
await signIn(page, address, old);
await signIn(other, address, old);

async function change(before, one, two) {
  await page.goto(`${base}/doi-mat-khau`);
  await page.fill("[name=mat-khau-cu]", before);
  await page.fill("[name=mat-khau-moi]", one);
  await page.fill("[name=mat-khau-lai]", two);
  await page.click("main button.primary");
}

await change("Không đúng 1!", "Muc-Tieu@2027x", "Muc-Tieu@2027x");
assert.match(await page.textContent("[role=alert]"), /Mật khẩu đang dùng chưa đúng/);
await change(old, "ngan", "khac");
const faults = await page.textContent("[role=alert]");
assert.match(faults, /chưa giống nhau/);
assert.match(faults, /QN\.15\.1/);
await change(old, old, old);
assert.match(await page.textContent("[role=alert]"), /mật khẩu/);

await change(old, "Muc-Tieu@2027x", "Muc-Tieu@2027x");
assert.match(page.url(), /\/thu\/\d+\/\d+$/);
await other.reload();
assert.equal(new URL(other.url()).pathname, "/dang-nhap");
await signIn(other, address, "Muc-Tieu@2027x");
assert.match(other.url(), /\/thu\/\d+\/\d+$/);
await done();
