// A lock while the mailbox is open; then its owner is told why they may not come in, and only with the right password. Opened again,
// the password is changed first.
import { execFileSync } from "node:child_process";
import { args, assert, base, done, open, password, signIn } from "./lib.mjs";

const [address, config, congvu] = args;
const own = "Muc-Tieu@2027x";
const mailbox = (...what) => execFileSync(congvu, ["mailbox", "--config", config, ...what]);
const page = await open();
await signIn(page, address);
const inbox = page.url();
mailbox("lock", address, "--reason", "theo đề nghị của cơ quan", "--clause", "TQ.8.1", "--document", "5/CV ngày 05/01/2026");
await page.goto(inbox);
assert.equal(new URL(page.url()).pathname, "/dang-nhap");
await signIn(page, address, "Sai@2026-mat-khau");
const wrong = await page.textContent("[role=alert]");
assert.ok(/chưa đúng/.test(wrong) && !/khóa|TQ/.test(wrong.replace("Caps Lock", "")), wrong);
await signIn(page, address, password);
const why = await page.textContent("[role=alert]");
assert.match(why, /bị tạm khóa từ ngày \d\d\/\d\d\/\d{4}: theo đề nghị của cơ quan \(TQ\.8\.1, .*\)/);
assert.match(why, /đầu mối/);
mailbox("restore", address, "--document", "9/CV ngày 06/01/2026");
await signIn(page, address, password);
assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
await page.goto(inbox);
assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
for (const [name, value] of [
  ["mat-khau-cu", password],
  ["mat-khau-moi", own],
  ["mat-khau-lai", own],
]) {
  const field = page.locator(`[name=${name}]`);
  if ((await field.count()) > 0) {
    await field.fill(value);
  }
}
const takesOn = page.locator("[name=nhan-trach-nhiem]");
if ((await takesOn.count()) > 0) {
  await takesOn.check();
}
await page.click("main button.primary");
assert.match(page.url(), /\/thu\/\d+\/\d+$/);
await page.goto(inbox);
assert.equal(page.url(), inbox);
// What was open before it is over.
await page.goto(`${base}/tai-khoan`);
assert.equal(await page.locator(".acts-list > li").count(), 1);
await done();
