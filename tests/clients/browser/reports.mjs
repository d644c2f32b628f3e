// Spam, phishing, and not spam after all.
import { accessible, args, assert, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
const more = '.acts details.menu >> nth=0 >> summary';
const subjects = () => page.locator(".row .subj").allTextContents();
await page.click(".row >> text=Thu 1");
await page.click(more);
await page.click('.acts button[value="thu-rac"]');
assert.match(await page.textContent("[role=status]"), /Thư rác/);
await page.click(".row >> text=Thu 2");
await page.click(more);
await accessible(page);
await picture(page, "bao-lua-dao-wide");
await page.click('.acts button[value="lua-dao"]');
assert.match(await page.textContent("[role=status]"), /đổi mật khẩu ngay/);
assert.deepEqual(await subjects(), ["Thu 3"]);
await page.click(".tree >> text=Thư rác");
assert.deepEqual(await subjects(), ["Thu 2", "Thu 1"]);
await page.locator(".row", { hasText: "Thu 1" }).locator('[name="u"]').check();
await accessible(page);
await page.click('.bulk-bar button[value="khong-rac"]');
assert.deepEqual(await subjects(), ["Thu 2"]);
await page.goto(inbox);
assert.deepEqual(await subjects(), ["Thu 1", "Thu 3"]);
await done();
