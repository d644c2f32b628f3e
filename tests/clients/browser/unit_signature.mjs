// Who manages a unit mailbox sets its signature, enforced.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const page = await open();
await signIn(page, args[0]);
await page.goto(`${base}/soan/cai-dat`);
await page.click('main ul a[href^="/soan/chu-ky/"]');
const body = page.frameLocator(".rich-frame").locator("#viet");
await body.click();
await page.keyboard.type("SỞ KHOA HỌC VÀ CÔNG NGHỆ");
await page.keyboard.press("Enter");
await page.keyboard.type("Số 5 Lê Lợi");
await page.check("[name=bat-buoc]");
await page.click("main button.primary");
assert.match(await page.textContent(".acts-list"), /bắt buộc/);
await done();
