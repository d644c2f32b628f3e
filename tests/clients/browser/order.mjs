// Marking, moving, deleting, folders; another mail program on the same mailbox sees the same.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
const subjects = () => page.locator(".row .subj").allTextContents();
assert.deepEqual(await subjects(), ["Thư 3", "Thư 2", "Thư 1"]);
assert.equal(await page.locator(".row[data-unread]").count(), 3);

// Reading marks as read, and only that one.
await page.click(".row >> text=Thư 1");
await page.goto(inbox);
assert.equal(await page.locator(".row[data-unread]").count(), 2);

// All at once.
await page.check("#chon-het");
await page.click('.bulk-bar button[value="da-doc"]');
assert.equal(await page.locator(".row[data-unread]").count(), 0);

// A star, a folder, there and back, away.
await page.click(".row >> text=Thư 2");
await page.click('.acts details.menu >> nth=0 >> summary');
await page.click('button[value="sao"]');
await page.goto(`${inbox}?loc=dau-sao`);
assert.deepEqual(await subjects(), ["Thư 2"]);
await page.goto(inbox);
await page.click("summary:has-text('Thêm thư mục')");
await page.fill('[name="ten"]', "Họp giao ban");
await page.click('.new-folder button:has-text("Thêm")');
const folder = page.url();
await page.goto(inbox);
await page.click(".row >> text=Thư 3");
await page.click('.acts details.menu:has(button[name="den"]) > summary');
await page.click('.acts button:has-text("Họp giao ban")');
assert.equal(page.url().split("?")[0], inbox.split("?")[0]);
assert.deepEqual(await subjects(), ["Thư 2", "Thư 1"]);
await page.goto(folder);
assert.deepEqual(await subjects(), ["Thư 3"]);
await page.goto(inbox);
await page.click(".row >> text=Thư 1");
await page.click('.acts button[value="xoa"]');
assert.deepEqual(await subjects(), ["Thư 2"]);
await page.click(".tree >> text=Đã xóa");
await page.check('[name="u"]');
await page.click('.bulk-bar button[value="xoa"]');
assert.equal(await page.locator(".row").count(), 0);

// What is not one's own is not there.
const foreign = await page.request.get(`${base}/thu/1/1`, { maxRedirects: 0 });
assert.ok([403, 404].includes(foreign.status()), String(foreign.status()));

// The keyboard: to the next row, open, back.
await page.goto(inbox);
await page.keyboard.press("j");
await page.keyboard.press("Enter");
assert.match(await page.textContent("article h1"), /Thư 2/);
await done();
