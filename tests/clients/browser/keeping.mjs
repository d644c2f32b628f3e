// The draft is kept by itself; what was typed outlives a reload and a signing out; files go up at once, and some not at all.
import { accessible, args, assert, base, done, open, password, picture, signIn } from "./lib.mjs";

const [one, two] = args;
const page = await open();
await signIn(page, one);
await page.goto(`${base}/soan`);
const body = page.frameLocator(".rich-frame").locator("#viet");
await body.waitFor();

// Typed, and kept without a press.
await page.fill("#den", two);
await page.fill("[name=tieu-de]", "Lưu tự động");
await body.click();
await page.keyboard.type("Đoạn một");
await page.locator("#da-luu", { hasText: /lúc \d\d:\d\d/ }).waitFor();
assert.match(page.url(), /cach=sua/);
const first = await page.inputValue('[name="nhap"]');

// A program is refused before it goes up, one that is called a document once it is looked at, with the clause; a file goes up by itself.
await page.setInputFiles("#tep", { name: "KeKhai.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") });
const refusal = page.locator('.attach[data-scan="bad"]');
await refusal.waitFor();
assert.match(await refusal.textContent(), /KeKhai\.exe.*QN\.(15\.6|2\.7)/s);
await accessible(page);
await refusal.locator("button").click();
const program = Buffer.alloc(0x44);
program.write("MZ");
program.writeUInt32LE(0x40, 0x3c);
program.write("PE", 0x40);
await page.setInputFiles("#tep", { name: "Công văn.pdf", mimeType: "application/pdf", buffer: program });
await refusal.waitFor();
assert.match(await refusal.textContent(), /Công văn\.pdf.*QN\.(15\.6|2\.7)/s);
await refusal.locator("button").click();
const bytes = Buffer.alloc(30 << 20);
await page.setInputFiles("#tep", { name: "Lớn quá.pdf", mimeType: "application/pdf", buffer: bytes });
await refusal.waitFor();
assert.match(await refusal.textContent(), /QN\.8\.1/);
await refusal.locator("button").click();
await page.setInputFiles("#tep", [
  { name: "Số liệu.csv", mimeType: "text/csv", buffer: Buffer.from("xã,số\n") },
  { name: "Thừa.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
]);
await page.locator(".attach[data-bytes]").nth(1).waitFor();
assert.equal(await page.locator('.attach [name="giu"]').count(), 2);
await picture(page, "soan-tep-wide");
await accessible(page);
await page.locator(".attach", { hasText: "Thừa.txt" }).locator("button").click();
assert.equal(await page.locator(".attach").count(), 1);

// They are in the draft with the next saving, which takes the place of the first.
await page.waitForFunction((before) => document.querySelector('[name="nhap"]').value !== before, first, { timeout: 30000 });
await page.waitForFunction(() => /^\d+\/\d+\/\d+\//.test(document.querySelector('[name="giu"]').value), null, { timeout: 30000 });
const other = await page.context().newPage();
await other.goto(`${base}/thu`);
await other.click(".tree >> text=Thư nháp");
assert.equal(await other.locator(".row").count(), 1);

// Signed out in another tab while somebody types: it is said, and nothing is lost.
await other.click(".who summary");
await other.click('form[action="/dang-xuat"] button');
await body.click();
await page.keyboard.press("Control+End");
await page.keyboard.type(" và đoạn hai");
await page.locator("#da-ra:not([hidden])").waitFor({ timeout: 30000 });
await accessible(page);
await signIn(other, one);
await page.bringToFront();
await page.evaluate(() => window.dispatchEvent(new Event("focus")));
await page.locator("#da-ra").waitFor({ state: "hidden", timeout: 30000 });
await page.reload();
await body.waitFor();
assert.equal(await body.innerText(), "Đoạn một và đoạn hai");
assert.ok(await page.locator("#lay-lai").isHidden());

// Signed out, sent all the same: after the sign-in it is offered, with its files, and goes.
await other.goto(`${base}/thu`);
await other.click(".who summary");
await other.click('form[action="/dang-xuat"] button');
await body.click();
await page.keyboard.press("Control+End");
await page.keyboard.type(" và ba");
await page.click('button[value="gui"]');
await page.waitForURL(/dang-nhap/);
await page.fill("[name=tai-khoan]", one);
await page.fill("[name=mat-khau]", password);
await page.click("main button.primary");
assert.match(page.url(), /\/soan$/);
await page.locator("#lay-lai:not([hidden])").waitFor();
await accessible(page);
await page.click('[data-lai="lay"]');
assert.equal(await page.inputValue("[name=tieu-de]"), "Lưu tự động");
assert.equal(await body.innerText(), "Đoạn một và đoạn hai và ba");
await page.click('button[value="gui"]');
await page.waitForURL(/xong=gui/);
await page.goto(`${base}/soan`);
await body.waitFor();
await page.waitForLoadState("networkidle");
assert.ok(await page.locator("#lay-lai").isHidden());

// No draft is left, and the other has it all, once.
await page.goto(`${base}/thu`);
await page.click(".tree >> text=Thư nháp");
assert.equal(await page.locator(".row").count(), 0);
const reader = await open("phone");
await signIn(reader, two);
assert.equal(await reader.locator(".row", { hasText: "Lưu tự động" }).count(), 1);
await reader.locator(".row > a").first().click();
assert.equal(await reader.locator(".attach").count(), 1);
await reader.frameLocator(".msg-frame").locator("body", { hasText: "Đoạn một và đoạn hai và ba" }).waitFor();
await done();
