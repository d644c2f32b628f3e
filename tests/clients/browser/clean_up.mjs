// Cleaning up: how much there is, what it is, saved to the computer, thrown away in steps; on a phone, without script.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const program = fileURLToPath(new URL("../append_old.py", import.meta.url));
execFileSync("python3", [program, process.argv[2], address, "55"]);
const page = await open();
await signIn(page, address);
const inbox = page.url();
await page.goto(`${base}/tai-khoan`);
await accessible(page);
await page.click('main a:has-text("Dọn hộp thư")');
assert.match(await page.textContent("main"), /55 thư/);
await accessible(page);
await picture(page, "don-thu-wide");
await page.click('main a.primary:has-text("Xem thư sẽ dọn")');
assert.match(await page.textContent("[role=status]"), /55 thư.*Chưa thư nào bị thay đổi/s);
assert.equal(await page.locator("tbody tr").count(), 50);
await accessible(page);
await picture(page, "don-thu-xem-wide");
const look = page.url();

// Saved first: the page says what goes, the browser gets the file.
await page.click('a:has-text("Lưu các thư này về máy trước")');
assert.match(await page.textContent("[role=status]"), /55 thư/);
await accessible(page);
await picture(page, "luu-thu-wide");
await page.check('[value="mbox"]');
const [file] = await Promise.all([page.waitForEvent("download"), page.click('button:has-text("Lưu về máy")')]);
assert.match(file.suggestedFilename(), /^thu-.*\.zip$/);
const bytes = readFileSync(await file.path());
assert.equal(bytes.subarray(0, 2).toString(), "PK");

// Moved; then for good from there.
await page.goto(look);
await page.click('button[value="chuyen"]');
assert.match(await page.textContent("[role=status]"), /Đã chuyển 55 thư vào Đã xóa/);
await page.goto(inbox);
assert.deepEqual(await page.locator(".row .subj").allTextContents(), ["Thư 3", "Thư 2", "Thư 1"]);
const phone = await open("phone", { javaScriptEnabled: false });
await signIn(phone, address);
await phone.goto(`${base}/don-thu`);
await picture(phone, "don-thu-phone");
await phone.click('table a:has-text("Đã xóa")');
await picture(phone, "don-thu-xem-phone");
assert.equal(await phone.locator('button[value="chuyen"]').count(), 0);
await phone.click('button[value="xoa"]');
assert.match(await phone.textContent("[role=status]"), /Đã xóa hẳn 55 thư/);

// Nothing to do: what to do next is said.
const small = await open("phone");
await signIn(small, address);
for (const path of ["/don-thu", "/xuat-thu", look.slice(base.length)]) {
  await small.goto(base + path);
  await accessible(small);
}
assert.match(await small.textContent(".empty"), /Không có thư nào như vậy/);
await small.goto(`${base}/xuat-thu`);
await picture(small, "luu-thu-phone");
await done();
