// A lock while the mailbox is open; then the account is told why it may not come in, and only with the right password.
import { execFileSync } from "node:child_process";
import { args, assert, base, done, open, password, signIn } from "./lib.mjs";

const [address, config, congvu] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
execFileSync(congvu, ["account", "disable", address, "--config", config]);
await page.goto(inbox);
assert.equal(new URL(page.url()).pathname, "/dang-nhap");
await signIn(page, address, "Sai@2026-mat-khau");
assert.match(await page.textContent("[role=alert]"), /chưa đúng/);
await signIn(page, address, password);
assert.match(await page.textContent("[role=alert]"), /đang bị khóa đăng nhập/);
execFileSync(congvu, ["account", "enable", address, "--config", config]);
await signIn(page, address, password);
assert.equal(page.url(), inbox);
await page.goto(`${base}/tai-khoan`);
assert.equal(await page.locator(".acts-list > li").count(), 1);
await done();
