// Three keepers of a unit mailbox: two handle its mail, one may only read it. Nobody reloads a page.
import { accessible, args, assert, base, done, open, picture, signIn, write } from "./lib.mjs";

const [one, two, reader, unit] = args;
const an = await open();
await signIn(an, one);

const inbox = async (page) => {
  await page.goto(`${base}/thu`);
  const href = await page.locator(".tree details", { has: page.locator("summary", { hasText: unit }) }).locator("a[data-folder]").first().getAttribute("href");
  await page.goto(base + href);
  return href;
};
const rows = (page) => page.locator(".row .subj").allTextContents();
const count = async (page, filter) => {
  const mark = page.locator(`.tabs a[href$="?loc=${filter}"] .count`);
  return (await mark.count()) ? Number(await mark.textContent()) : 0;
};
const filtered = async (page, filter) => {
  await inbox(page);
  await page.click(`.tabs a[href$="?loc=${filter}"]`);
  return rows(page);
};
const way = await inbox(an);
const before = (await count(an, "chua-nhan")) - 2;
assert.ok(before >= 0);
assert.equal(await count(an, "cua-toi"), 0);
await accessible(an);
await picture(an, "don-vi-wide");

const binh = await open("phone");
await signIn(binh, two);
await inbox(binh);
await accessible(binh);
await picture(binh, "don-vi-phone");
assert.match(await binh.locator(".row", { hasText: "Việc hai" }).textContent(), /Chưa ai nhận/);

// One opens and takes it: the other's list says so, without a reload.
await an.click(".row >> text=Việc hai");
await an.waitForSelector("#xu-ly");
assert.match(await an.textContent("#xu-ly"), /Chưa ai nhận thư này[^]*Mở đầu tiên:/);
const name = (await an.textContent("#xu-ly .now")).match(/Mở đầu tiên:\s*([^,]+),/)[1];
await accessible(an);
await an.click('#xu-ly button[value="nhan"]');
assert.match(await an.textContent("[role=status].banner"), /Bạn đã nhận xử lý/);
assert.match(await an.textContent("#xu-ly"), /Bạn đang xử lý thư này/);
await binh.waitForFunction((who) => [...document.querySelectorAll(".row")].some((row) => /Việc hai/.test(row.textContent) && row.textContent.includes(who)), name);
assert.equal(await count(binh, "chua-nhan"), before + 1);

// The other reads it, and cannot take what is taken.
await binh.click(".row >> text=Việc hai");
await binh.waitForSelector("#xu-ly");
assert.match(await binh.textContent("#xu-ly"), new RegExp(`${name} đang xử lý`));
assert.equal(await binh.locator('#xu-ly button[value="nhan"]').count(), 0);
await accessible(binh);
await picture(binh, "viec-phone");
const refused = await binh.evaluate(async () => {
  const form = document.querySelector("#xu-ly form");
  const fields = new URLSearchParams({ csrf: form.querySelector("[name=csrf]").value, viec: "nhan" });
  return (await fetch(form.action, { method: "POST", body: fields })).status;
});
assert.equal(refused, 409);

// Given back: the panel of who reads it follows; then it is given to them, with a word.
await an.click('#xu-ly button[value="tra-lai"]');
await binh.waitForFunction(() => /Chưa ai nhận thư này/.test(document.getElementById("xu-ly").textContent));
await an.click("#xu-ly summary >> text=Giao cho");
await an.waitForSelector("#giao-den");
const other = await an.locator("#giao-den option").evaluateAll((all, mine) => all.find((one) => one.textContent !== mine).value, name);
await an.selectOption("#giao-den", other);
await an.fill("#loi-nhan", "trước thứ Năm");
await accessible(an);
await picture(an, "viec-giao-wide");
await an.click('#xu-ly button[value="giao"]');
await binh.waitForFunction(() => /Bạn đang xử lý thư này[^]*trước thứ Năm/.test(document.getElementById("xu-ly").textContent));

// A note: who is writing one keeps what they wrote when something happens.
await binh.click("#xu-ly summary >> text=Ghi chú");
await binh.fill("#ghi-chu", "Đã gọi điện, chờ bổ sung số lô.");
await an.goto(base + way);
await an.locator(".row", { hasText: "Việc một" }).locator("[name=u]").check();
await an.click('.bulk-bar button[value="nhan"]');
assert.deepEqual(await filtered(an, "cua-toi"), ["Việc một"]);
assert.equal(await binh.inputValue("#ghi-chu"), "Đã gọi điện, chờ bổ sung số lô.");
await binh.click('#xu-ly button[value="ghi-chu"]');
assert.match(await binh.textContent("#xu-ly"), /chờ bổ sung số lô/);
await accessible(binh);
await picture(binh, "viec-ghi-chu-phone");

// Answered in the webmail, it is answered by itself.
await binh.click('a[data-key="r"]');
await write(binh, "Sở đã nhận.");
await binh.click('button[value="gui"]');
await binh.waitForURL(/xong=gui/);
assert.ok(!(await filtered(binh, "chua-tra-loi")).includes("Việc hai"));
await inbox(binh);
await binh.locator(".row > a", { hasText: "Việc hai" }).first().click();
assert.match(await binh.textContent("#xu-ly"), /Đã trả lời:/);
await binh.click('#xu-ly button[value="xu-ly-xong"]');
assert.match(await binh.textContent("#xu-ly strong"), /Đã xử lý xong/);

// Who may only read sees all of it and does nothing.
const watcher = await open();
await signIn(watcher, reader);
await inbox(watcher);
await watcher.locator(".row > a", { hasText: "Việc hai" }).first().click();
assert.match(await watcher.textContent("#xu-ly"), /Đã xử lý xong[^]*bổ sung số lô/);
assert.equal(await watcher.locator("#xu-ly button").count(), 0);
const status = await watcher.evaluate(async () => {
  const fields = new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, viec: "nhan" });
  return (await fetch(`${location.pathname}/xu-ly`, { method: "POST", body: fields })).status;
});
assert.equal(status, 403);
await accessible(watcher);
await picture(watcher, "viec-chi-doc-wide");

// Nothing of it stands in a person's own mailbox.
await an.goto(`${base}/thu`);
assert.equal(await an.locator('.tabs a[href$="?loc=chua-nhan"]').count(), 0);
for (const filter of ["chua-nhan", "cua-toi", "chua-tra-loi"]) {
  await inbox(an);
  await an.click(`.tabs a[href$="?loc=${filter}"]`);
  await accessible(an);
}
await done();
