// Keys, the sheet that tells them, and switching them off; how a list looks and in which order it is.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
const subjects = (where) => where.locator(".row .subj").allTextContents();

// The sheet, by key and by button.
await page.keyboard.press("?");
await page.waitForSelector("dialog[open]");
await accessible(page);
await picture(page, "phim-wide");
await page.keyboard.press("j");
assert.equal(await page.locator(".row > a:focus").count(), 0);
await page.keyboard.press("Escape");
await page.waitForSelector("dialog[open]", { state: "hidden" });
await page.click('[data-dialog="phim"]');
await page.click('dialog button:has-text("Đóng")');

// Up and down, open, back, answer.
await page.keyboard.press("j");
await page.keyboard.press("j");
await page.keyboard.press("k");
await page.keyboard.press("j");
await page.keyboard.press("o");
await page.waitForSelector("article h1");
assert.match(await page.textContent("article h1"), /Thư 2/);
await page.keyboard.press("r");
await page.waitForURL(/cach=tra-loi/);
await page.goBack();
await page.keyboard.press("f");
await page.waitForURL(/cach=chuyen-tiep/);
await page.goBack();
await page.keyboard.press("u");
await page.waitForURL((url) => url.href === inbox);
await page.keyboard.press("/");
assert.equal(await page.evaluate(() => document.activeElement.id), "q");
// What is typed is typed.
await page.keyboard.type("gi?#e");
assert.equal(await page.inputValue("#q"), "gi?#e");
assert.equal(page.url(), inbox);
await page.goto(`${base}/tim?q=Thư`);
await page.keyboard.press("g");
await page.keyboard.press("i");
await page.waitForURL((url) => url.href === inbox);
await page.keyboard.press("c");
await page.waitForURL(/\/soan/);
await page.goto(inbox);

// In the list: nothing without a row; the row where one is; what is chosen.
await page.keyboard.press("e");
await page.keyboard.press("#");
assert.equal(page.url(), inbox);
await page.keyboard.press("j");
await page.keyboard.press("e");
await page.waitForURL(/xong=chuyen/);
assert.deepEqual(await subjects(page), ["Thư 2", "Thư 1"]);
await page.check('.row:has-text("Thư 1") [name="u"]');
await page.keyboard.press("#");
await page.waitForURL(/xong=xoa/);
assert.deepEqual(await subjects(page), ["Thư 2"]);

// Off, on the page that every browser has; and on again.
const plain = await open("phone", { javaScriptEnabled: false });
await signIn(plain, address);
await plain.goto(`${base}/phim-tat`);
assert.match(await plain.textContent("main"), /về Hộp thư đến/);
await plain.click('button:has-text("Tắt phím tắt")');
assert.match(await plain.textContent("main"), /đang tắt/);
await page.goto(`${base}/phim-tat`);
await accessible(page);
await page.click('button:has-text("Tắt phím tắt")');
await page.goto(inbox);
await page.keyboard.press("j");
await page.keyboard.press("?");
assert.equal(await page.locator("dialog[open], .row > a:focus").count(), 0);
await page.click('[data-dialog="phim"]');
await page.waitForSelector("dialog[open]");
await page.keyboard.press("Escape");

// Close together, far apart; the oldest, the largest.
const height = async () => (await page.locator(".row").first().boundingBox()).height;
const usual = await height();
await page.click('button:has-text("Gọn")');
assert.ok((await height()) < usual);
await accessible(page);
await picture(page, "gon-wide");
await page.click('button:has-text("Thoáng")');
assert.ok((await height()) > usual);
await page.click('button:has-text("Vừa")');
// The message below its list, and beside it again.
const place = async (pane) => await page.locator(pane).boundingBox();
await page.click('button:has-text("Bên dưới")');
await page.locator(".row > a").first().click();
await page.waitForSelector(".msg");
assert.ok((await place(".pane-read")).y >= (await place(".pane-list")).y + (await place(".pane-list")).height - 1);
await accessible(page);
await picture(page, "duoi-wide");
await page.goto(inbox);
await page.click('button:has-text("Bên phải")');
assert.ok((await place(".pane-read")).x >= (await place(".pane-list")).x + (await place(".pane-list")).width - 1);
await page.click('.tree a:has-text("Đã xóa")');
await page.goto(inbox);
await page.click('.pane-head details.menu > summary');
await accessible(page);
await picture(page, "xep-wide");
await page.click('.pane-head a:has-text("Lớn nhất trước")');
assert.match(page.url(), /xep=lon/);
assert.match(await page.textContent(".row .tag"), /byte/);

// On a phone a row of a search is no taller than one of a folder.
const phone = await open("phone");
await signIn(phone, address);
const box = async () => (await phone.locator(".row").first().boundingBox()).height;
const inList = await box();
await accessible(phone);
await picture(phone, "thu-phone");
await phone.goto(`${base}/tim?q=Thư`);
const inSearch = await box();
assert.ok(inSearch <= inList, `${inSearch} in a search, ${inList} in a list`);
await picture(phone, "tim-phone");
await phone.goto(`${base}/phim-tat`);
await accessible(phone);
await picture(phone, "phim-phone");
await done();
