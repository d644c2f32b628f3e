// Contacts: made from a message, found, put on a list, completed while writing, in and out as a file; on a phone, without script.
import { readFileSync } from "node:fs";
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address, known] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
await page.click(".row >> text=Hồ sơ");
await page.click(".acts details.menu >> nth=0 >> summary");
await page.click('a:has-text("Thêm người gửi vào danh bạ của tôi")');
assert.equal(await page.inputValue("#ten"), "Phạm Đức Thịnh");
assert.equal(await page.inputValue("#dia-chi"), "vanphong@phulam.example");
await page.fill("#co-quan", "Công ty Phú Lâm");
await accessible(page);
await picture(page, "lien-he-wide");
await page.click('button:has-text("Lưu")');
assert.match(await page.textContent("[role=status]"), /Đã lưu/);

// A file from elsewhere, a list.
await page.setInputFiles("#tep", {
  name: "danh-ba.vcf",
  mimeType: "text/vcard",
  buffer: Buffer.from("BEGIN:VCARD\nVERSION:3.0\nFN:Đỗ Thị Hà\nEMAIL:ha@phulam.example\nEND:VCARD\n"),
});
await page.click('button:has-text("Nhập")');
assert.match(await page.textContent("[role=status]"), /Đã thêm: 1/);
await page.fill("#ten-ds", "Doanh nghiệp");
await page.click('button:has-text("Thêm danh sách")');
assert.match(await page.textContent("main"), /Danh sách chưa có ai/);
await accessible(page);
await page.goto(`${base}/danh-ba/cua-toi`);
for (const box of await page.locator('[name="u"]').all()) {
  await box.check();
}
await accessible(page);
await picture(page, "danh-ba-rieng-wide");
await page.click('button[value="vao-danh-sach"]');
await page.click('a:has-text("Doanh nghiệp")');
assert.equal(await page.locator('[name="u"]').count(), 2);
await accessible(page);
await picture(page, "danh-sach-wide");
const [file] = await Promise.all([
  page.waitForEvent("download"),
  page.goto(`${base}/danh-ba/cua-toi`).then(() => page.click('a:has-text("Xuất vCard")')),
]);
assert.match(readFileSync(await file.path(), "utf8"), /FN:Phạm Đức Thịnh\r\n.*KIND:group/s);

// While writing: the directory first, then one's own; a list becomes all on it.
await page.goto(`${base}/soan`);
const to = page.locator("input#den");
await to.pressSequentially("thinh");
await page.waitForSelector('[role=option]:has-text("vanphong@phulam.example")');
await page.keyboard.press("Escape");
await to.fill("");
await to.pressSequentially("doanh ng");
await page.waitForSelector('[role=option]:has-text("Danh sách, 2 người")');
await accessible(page);
await picture(page, "goi-y-wide");
await page.keyboard.press("Enter");
assert.equal(await to.inputValue(), "Đỗ Thị Hà <ha@phulam.example>, Phạm Đức Thịnh <vanphong@phulam.example>, ");
await to.fill("");
await to.pressSequentially(known);
await page.waitForSelector("[role=option]");
await page.keyboard.press("Escape");
await to.fill("");

// Who is meant is told: who is outside, who is nobody, and how many a group has, who can be written to one by one.
const domain = address.split("@")[1];
const group = `cbcc.skhcn@${domain}`;
await to.fill(`${group}, ha@phulam.example, khongco@${domain}`);
await page.waitForSelector("#nguoi-nhan:not([hidden])");
const meant = page.locator("#nguoi-nhan .line");
assert.match(await meant.nth(0).innerText(), new RegExp(`Không có địa chỉ này\\s+khongco@${domain}`));
assert.match(await meant.nth(1).innerText(), /Ngoài hệ thống\s+ha@phulam\.example/);
const count = Number(/: (\d+) thành viên/.exec(await meant.nth(2).innerText())[1]);
assert.ok(count > 1, String(count));
await accessible(page);
await picture(page, "nguoi-nhan-wide");
await page.click('button:has-text("Thay bằng từng người")');
await page.waitForFunction((name) => !document.getElementById("den").value.includes(name), group);
const one_by_one = await to.inputValue();
assert.equal(one_by_one.split(">, ").length, count + 1, one_by_one);
assert.match(one_by_one, new RegExp(`>, ha@phulam\\.example, khongco@${domain}$`));
await page.waitForFunction(() => document.querySelectorAll("#nguoi-nhan .line").length === 2);
await page.setViewportSize({ width: 390, height: 800 });
await accessible(page);
await picture(page, "nguoi-nhan-phone");
await page.setViewportSize({ width: 1366, height: 850 });
await to.fill("");
await page.waitForSelector("#nguoi-nhan", { state: "hidden" });

// On a phone, without script: found, changed, written to, away.
const phone = await open("phone", { javaScriptEnabled: false });
// By the tree: those of one agency alone.
await page.goto(`${base}/danh-ba`);
const all = await page.locator("tbody tr").count();
await page.click(".tree details:not([open]) summary >> nth=0");
await page.click(".tree details[open] li a >> nth=0");
assert.match(page.url(), /co-quan=\d+/);
const chosen = (await page.locator(".tree [aria-current=page]").textContent()).trim();
assert.equal((await page.locator(".crumb [aria-current=page]").textContent()).trim(), chosen);
const rows = await page.locator("tbody tr").count();
assert.ok(rows > 0 && rows < all, `${rows} of ${all}`);
await accessible(page);
await picture(page, "danh-ba-cay-wide");
await page.fill("#q", "khong ai ten nhu the");
await page.click(".bigfind button");
await page.click('.empty a:has-text("Tìm trong mọi cơ quan")');
assert.ok(!page.url().includes("co-quan"));
await signIn(phone, address);
await phone.goto(`${base}/danh-ba`);
await phone.click('.tabs a:has-text("Danh bạ của tôi")');
await phone.fill("#q", "phu lam");
await phone.click('.bigfind button');
assert.equal(await phone.locator("tbody tr").count(), 1);
await picture(phone, "danh-ba-rieng-phone");
await phone.click("tbody th a");
await phone.fill("#ten", "Phạm Thịnh");
await phone.click('button:has-text("Lưu")');
await phone.click('a:has-text("Doanh nghiệp")');
await phone.click('a:has-text("Soạn thư cho cả danh sách")');
assert.match(await phone.inputValue("#den"), /Phạm Thịnh <vanphong@phulam.example>/);
const small = await open("phone");
await signIn(small, address);
for (const path of ["/danh-ba", "/danh-ba/cua-toi", "/danh-ba/cua-toi/0"]) {
  await small.goto(base + path);
  await accessible(small);
}
await small.goto(`${base}/danh-ba/cua-toi`);
await picture(small, "danh-ba-rieng-cua-toi-phone");
await small.click('a:has-text("Doanh nghiệp")');
await accessible(small);
await small.click('button[value="xoa"]');
assert.equal(await small.locator('a:has-text("Doanh nghiệp")').count(), 0);
await done();
