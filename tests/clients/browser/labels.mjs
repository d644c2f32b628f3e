// Labels: made, put on many and on one, seen by colour and name, found, renamed, deleted; without script as well.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
await page.click(".tree-labels > summary");
await page.click('.tree a:has-text("Thêm, sửa nhãn")');
assert.match(await page.textContent("main"), /Chưa có nhãn nào/);
await accessible(page);
for (const [name, colour] of [["Cần xử lý", "do"], ["Họp giao ban", "lam"]]) {
  await page.fill("#ten", name);
  await page.check(`section [name="mau"][value="${colour}"]`);
  await page.click('section button:has-text("Thêm nhãn")');
  assert.match(await page.textContent("[role=status]"), /Đã lưu nhãn/);
}
await page.click("details:has-text('Cần xử lý') > summary");
await accessible(page);
await picture(page, "nhan-wide");

// Two at once in the list, one more in the message.
await page.goto(inbox);
await page.check('.row:has-text("Thư 1") [name="u"]');
await page.check('.row:has-text("Thư 2") [name="u"]');
await page.click('.bulk-bar details.menu:has-text("Nhãn") > summary');
await page.check('.bulk-bar label:has-text("Cần xử lý") input');
await picture(page, "nhan-chon-wide");
await accessible(page);
await page.click('.bulk-bar button[value="gan-nhan"]');
assert.match(await page.textContent(".pane-list [role=status]"), /Đã sửa nhãn/);
assert.equal(await page.locator(".row .label").count(), 2);
await page.click(".row >> text=Thư 3");
await page.click('.acts details.menu:has-text("Nhãn") > summary');
await page.check('.acts label:has-text("Họp giao ban") input');
await page.click('.acts button[value="gan-nhan"]');
assert.match(await page.textContent("article h1"), /Thư 3/);
assert.equal(await page.textContent(".labels-on a.label"), "Họp giao ban");
await accessible(page);
await picture(page, "nhan-thu-wide");

// Found through the tree, and by what is typed.
await page.click('.tree-labels a:has-text("Cần xử lý")');
assert.equal(await page.locator(".row").count(), 2);
await page.fill("#q", "nhan:hopgiaoban");
await page.keyboard.press("Enter");
await page.waitForURL(/hopgiaoban/);
assert.deepEqual(await page.locator(".row .subj").allTextContents(), ["Thư 3"]);
await accessible(page);

// Renamed: the mail shows it.
await page.click('.tree a:has-text("Thêm, sửa nhãn")');
await page.click("details:has-text('Cần xử lý') > summary");
await page.fill('details[open] [name="ten"]', "Gấp");
await page.click('details[open] button[value="luu"]');
await page.goto(inbox);
assert.deepEqual((await page.locator(".row .label").allTextContents()).sort(), ["Gấp", "Gấp", "Họp giao ban"]);

// On a phone, without script.
const phone = await open("phone", { javaScriptEnabled: false });
await signIn(phone, address);
await phone.goto(inbox);
await phone.check('.row:has-text("Thư 1") [name="u"]');
await phone.click('.bulk-bar details.menu:has-text("Nhãn") > summary');
await phone.check('.bulk-bar label:has-text("Gấp") input');
await picture(phone, "nhan-chon-phone");
await phone.click('.bulk-bar button[value="bo-nhan"]');
assert.equal(await phone.locator('.row .label:has-text("Gấp")').count(), 1);
await phone.click(".row >> text=Thư 3");
await picture(phone, "nhan-thu-phone");
await phone.click('.labels-on button');
assert.equal(await phone.locator(".labels-on").count(), 0);
const small = await open("phone");
await signIn(small, address);
await small.goto(inbox);
await accessible(small);
await small.goto(`${base}/tai-khoan/nhan`);
await small.click("details:has-text('Gấp') > summary");
await accessible(small);
await picture(small, "nhan-phone");

// Deleted: the mail stays.
await small.click('details[open] button[value="xoa"]');
assert.match(await small.textContent("[role=status]"), /Thư vẫn còn/);
await small.goto(inbox);
assert.equal(await small.locator(".row").count(), 3);
assert.equal(await small.locator(".row .label").count(), 0);
await done();
