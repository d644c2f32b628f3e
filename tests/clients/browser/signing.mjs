// One's own signature, the unit's, which is set whoever writes in its name, and letters to begin with.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [keeper, unit, other] = args;
const page = await open();
await signIn(page, keeper);
const body = page.frameLocator(".rich-frame").locator("#viet");
const write = async (path) => {
  await page.goto(base + path);
  await body.waitFor();
};

// Nothing yet; then one's own, with a format.
await page.goto(`${base}/soan/cai-dat`);
await accessible(page);
await picture(page, "soan-thiet-lap-trong-wide");
await page.click('main a[href="/soan/chu-ky"]');
await body.click();
await page.keyboard.press("Control+b");
await page.keyboard.type("Nguyễn Văn Ký");
await page.keyboard.press("Control+b");
await page.keyboard.press("Enter");
await page.keyboard.type("Chuyên viên");
await accessible(page);
await page.click("main button.primary");
assert.match(await page.textContent("[role=status]"), /Đã lưu/);
assert.match(await page.textContent(".signed"), /Nguyễn Văn Ký\nChuyên viên/);

// The unit's, enforced.
await page.click('main ul a[href^="/soan/chu-ky/"]');
assert.equal(await page.textContent("main p.mail"), unit);
await body.click();
await page.keyboard.type("SỞ KHOA HỌC VÀ CÔNG NGHỆ");
await page.check("[name=bat-buoc]");
await accessible(page);
await page.click("main button.primary");
assert.match(await page.textContent(".acts-list"), /bắt buộc.*SỞ KHOA HỌC/s);

// A letter; two of one name are refused, and what was typed stays.
for (const again of [false, true]) {
  await page.click('a[href="/soan/mau/0"]');
  await page.fill("#ten", "Giấy mời họp");
  await page.fill("#chude", "Giấy mời họp giao ban");
  await body.click();
  await page.keyboard.type("Kính mời đồng chí dự họp lúc … tại …");
  await page.click("main button.primary");
  if (again) {
    assert.match(await page.textContent("[role=alert]"), /Đã có mẫu thư tên này/);
    await body.waitFor();
    assert.match(await body.innerText(), /Kính mời đồng chí/);
    await accessible(page);
  }
}
await page.goto(`${base}/soan/cai-dat`);
assert.equal(await page.locator("#mau li").count(), 1);
await accessible(page);
await picture(page, "soan-thiet-lap-wide");

// A new message has one's own signature once, below the place to write; in the draft it does not come twice.
await write("/soan");
assert.equal((await body.innerText()).trim(), "Nguyễn Văn Ký\nChuyên viên");
await page.selectOption("#mau-chon", { label: "Giấy mời họp" });
await body.click({ position: { x: 20, y: 20 } });
await page.click("#mau button");
await page.waitForFunction(() => document.getElementById("chude").value !== "");
assert.match(await body.innerText(), /Kính mời đồng chí[^]*Nguyễn Văn Ký/);
await page.click('button[value="luu"]');
await page.locator("h1", { hasText: "Thư nháp" }).waitFor();
await body.waitFor();
assert.equal((await body.innerText()).match(/Nguyễn Văn Ký/g).length, 1);

// In the unit's name one's own goes away, and the unit's is shown; it is in what goes, once.
await page.selectOption("#tu", unit);
assert.doesNotMatch(await body.innerText(), /Nguyễn Văn Ký/);
assert.ok(await page.isVisible(`[data-ky="${unit}"]`));
await page.fill("#den", other);
await page.selectOption("#loai", { index: 1 });
await accessible(page);
await picture(page, "soan-chu-ky-wide");
await page.click('button[value="gui"]');
await page.waitForURL(/xong=gui/);

const reader = await open("phone");
await signIn(reader, other);
await reader.locator(".row > a").first().click();
const shown = reader.frameLocator(".msg-frame").locator("body", { hasText: "Kính mời" });
await shown.waitFor();
const read = await shown.innerText();
assert.match(read, /Kính mời đồng chí[^]*SỞ KHOA HỌC VÀ CÔNG NGHỆ/);
assert.equal(read.match(/SỞ KHOA HỌC/g).length, 1);

// Who does not say who keeps the unit's mailbox sets nothing there, and sees no page for it.
await page.goto(`${base}/soan/cai-dat`);
const way = await page.getAttribute('main ul a[href^="/soan/chu-ky/"]', "href");
await reader.goto(base + way);
assert.match(await reader.textContent("h1"), /Không tìm thấy/);
await reader.goto(`${base}/soan/cai-dat`);
await accessible(reader);
await picture(reader, "soan-thiet-lap-phone");
const status = await reader.evaluate(async (path) => {
  const fields = new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, "noi-dung": "x" });
  return (await fetch(path, { method: "POST", body: fields })).status;
}, way);
assert.equal(status, 403);

// A letter is written from, and deleted.
await write(`/soan?mau=${(await page.getAttribute('#mau a[href^="/soan?mau="]', "href")).split("=")[1]}`);
assert.match(await body.innerText(), /Kính mời đồng chí[^]*Nguyễn Văn Ký\nChuyên viên\s*$/);
assert.equal(await page.inputValue("#chude"), "Giấy mời họp giao ban");
await page.goto(`${base}/soan/cai-dat`);
await page.locator("#mau li button", { hasText: "Xóa" }).click();
assert.equal(await page.locator("#mau li").count(), 0);
await done();
