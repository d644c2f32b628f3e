// The console's pages of mailboxes: `node mailboxes.mjs DEMO_JSON AUDITOR`.

import { readFileSync } from "node:fs";
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [auditor] = args;
const admin = "quantri@sonminh.gov.vn";
const demo = JSON.parse(readFileSync(process.argv[2], "utf8"));
const people = demo.accounts.filter((one) => one.kind === "personal" && one.role === "user" && one.address !== auditor);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
const list = `${base}/quan-ly/hop-thu`;

async function find(page, text) {
  await page.goto(list);
  await page.fill("#l-q", text);
  await page.press("#l-q", "Enter");
}

const wide = await open("wide");
await signIn(wide, admin);
await wide.goto(list);
await accessible(wide);
await picture(wide, "hop-thu-wide");
const person = people[40];

// Found without marks; nothing found says what to do.
await find(wide, plain(person.name));
assert.ok((await wide.locator("tbody").innerText()).includes(person.address));
await find(wide, "khong ai ten nay");
assert.match(await wide.locator(".empty").innerText(), /Không thấy hộp thư nào/);
await accessible(wide);
await find(wide, person.address);
await wide.click("tbody th a");
await accessible(wide);
await picture(wide, "mot-hop-thu-wide");
const one = new URL(wide.url()).pathname;
const home = await wide.locator(".crumb a").nth(1).innerText();

// Locked for a violation: what is missing is told and what was typed stays.
await wide.click('a[href$="/khoa"]');
await accessible(wide);
await picture(wide, "khoa-wide");
await wide.selectOption("#f-vi-pham", { index: 1 });
await wide.fill("#f-ly-do", "Gửi thư rác từ máy nhiễm mã độc");
await wide.click("main button.primary");
assert.equal(new URL(wide.url()).pathname, one);
assert.match(await wide.locator("[role=status]").innerText(), /Đã tạm khóa/);
assert.equal(await wide.locator(".title .chip").getAttribute("data-state"), "locked");
assert.match(await wide.locator(".timeline").innerText(), /Gửi thư rác từ máy nhiễm mã độc/);
assert.match(await wide.locator(".next").innerText(), /Điều 7/);
await accessible(wide);
await picture(wide, "da-khoa-wide");
// A lock twice is refused where it is done, not only where it is offered.
await wide.goto(`${base}${one}/khoa`);
assert.match(await wide.locator("main").innerText(), /không làm được/);

// Restored with a document.
await wide.goto(`${base}${one}/khoi-phuc`);
await wide.fill("#f-van-ban", "240/UBND-VP ngày 23/11/2026");
await wide.click("main button.primary");
assert.match(await wide.locator(".timeline").innerText(), /240\/UBND-VP/);
assert.notEqual(await wide.locator(".title .chip").getAttribute("data-state"), "locked");

// Its size: what is refused stands on the form with its clause, with what was typed.
await wide.goto(`${base}${one}/dung-luong`);
await wide.fill("#f-mb", "900000");
await wide.click("main button.primary");
assert.match(await wide.locator("[role=alert]").innerText(), /QN\.8\.1/);
assert.equal(await wide.inputValue("#f-mb"), "900000");
await accessible(wide);
await wide.fill("#f-mb", "800");
await wide.click("main button.primary");
assert.match(await wide.locator(".quota").innerText(), /800 MB/);

// A reason for not using it, and its one-time password.
await wide.goto(`${base}${one}/ly-do`);
await wide.fill("#f-ly-do", "Nghỉ thai sản");
const later = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
await wide.fill("#f-den-ngay", later);
await wide.click("main button.primary");
assert.match(await wide.locator("aside.margin").innerText(), /Nghỉ thai sản/);
await wide.goto(`${base}${one}/cap-lai-mat-khau`);
await wide.click("main button.primary");
assert.ok((await wide.locator("code.secret").innerText()).length >= 6);
await accessible(wide);
await picture(wide, "mat-khau-wide");

// Two at once: looked at first, then done, and told.
await wide.goto(`${list}?loai=ca-nhan`);
const boxes = wide.locator("td.sel input");
const chosen = [];
const shut = [];
for (const n of [3, 4]) {
  await boxes.nth(n).check();
  shut.push((await boxes.nth(n).getAttribute("aria-label")).split(" ").pop());
  chosen.push(await boxes.nth(n).inputValue());
}
assert.match(await wide.locator(".bulk").innerText(), /Đã chọn 2 hộp thư/);
await picture(wide, "chon-nhieu-wide");
await wide.click('.bulk button[value="khoa"]');
assert.equal(await wide.locator("tbody tr").count(), 2);
await accessible(wide);
await picture(wide, "xem-truoc-wide");
await wide.fill("#f-ly-do", "Rà soát định kỳ");
await wide.click("main button.primary");
await wide.waitForFunction(() => document.querySelector("[role=status]")?.textContent.includes("Đã làm 2 trên 2"));
await accessible(wide);
await picture(wide, "da-lam-wide");
// Those that are locked are told before anything is done to them again.
await wide.goto(`${list}/hang-loat?viec=khoa&h=${chosen[0]}&h=${chosen[1]}`);
assert.equal(await wide.locator("tr[data-bad]").count(), 2);
assert.ok(await wide.locator("main button.primary").isDisabled());
await wide.goto(`${list}?tinh-trang=tam-khoa`);
assert.equal(await wide.locator("tbody tr").count(), 2);

// The list as files, as it is sifted.
const csv = await wide.request.get(`${list}/danh-sach/hop-thu.csv?tinh-trang=tam-khoa`);
const rows = (await csv.text()).trim().split("\n");
assert.equal(rows.length, 3, rows.join("\n"));
assert.match(rows[0], /Địa chỉ/);
const xlsx = await wide.request.get(`${list}/danh-sach/hop-thu.xlsx`);
assert.equal((await xlsx.body()).subarray(0, 2).toString(), "PK");
await wide.goto(`${list}/cho-quyet-dinh`);
assert.match(await wide.locator(".empty").innerText(), /Không có đề xuất/);
await accessible(wide);
await wide.context().close();

// The head of an agency sees theirs alone, and says who keeps the agency's mailbox.
let theirs;
let agency;
for (const head of demo.accounts.filter((one) => one.role === "head" && !shut.includes(one.address))) {
  theirs = await open("wide");
  await signIn(theirs, head.address);
  await theirs.goto(list);
  agency = await theirs.locator("#l-cq option").nth(1).innerText();
  // One of the heads decides for the whole province.
  if (agency !== home && (await theirs.locator("td.sel").count()) === 0) {
    break;
  }
  await theirs.context().close();
}
const agencies = await theirs.locator("td a.plainly").allInnerTexts();
assert.ok(agencies.length > 10 && agencies.every((name) => name === agency), agencies.join(", "));
assert.equal(await theirs.locator("td.sel").count(), 0);
await theirs.goto(`${base}${one}`);
assert.match(await theirs.locator("h1").innerText(), /Không tìm thấy/);
await theirs.goto(list);
const [, keeper] = await theirs.locator("tbody .mail").allInnerTexts();
await theirs.goto(`${list}?loai=co-quan`);
await theirs.click("tbody th a");
await accessible(theirs);
await picture(theirs, "hop-thu-co-quan-wide");
await theirs.click('a[href$="/uy-quyen"]');
await accessible(theirs);
await theirs.fill("#f-nguoi", "khongcoai@sonminh.gov.vn");
await theirs.fill("#f-van-ban", "12/QĐ");
await theirs.click("main button.primary");
assert.match(await theirs.locator("[role=alert]").innerText(), /Không có tài khoản/);
await theirs.fill("#f-nguoi", keeper);
await theirs.fill("#f-van-ban", "12/QĐ");
await theirs.click("main button.primary");
assert.match(await theirs.locator("[role=status]").innerText(), /Đã giao hộp thư/);
await theirs.click('a[href$="/uy-quyen"]');
assert.ok((await theirs.locator("tbody").innerText()).includes(keeper));
await picture(theirs, "uy-quyen-wide");
await accessible(theirs);
await theirs.click("tbody button");
assert.match(await theirs.locator("[role=status]").innerText(), /Đã thôi giao/);
await theirs.click('a[href$="/ban-giao"]');
await accessible(theirs);
await theirs.fill("#f-nguoi-giao", "Thủ trưởng cũ");
await theirs.fill("#f-nguoi-nhan", keeper);
await theirs.click("main button.danger");
assert.match(await theirs.locator("h1").innerText(), /Biên bản bàn giao/);
assert.ok((await theirs.locator("code.secret").innerText()).length >= 6);
await accessible(theirs);
await picture(theirs, "ban-giao-wide");
await theirs.context().close();

// An auditor looks, and finds nothing to press.
const eyes = await open("wide");
await signIn(eyes, auditor);
await eyes.goto(list);
assert.equal(await eyes.locator("td.sel").count(), 0);
await eyes.goto(`${base}${one}`);
assert.equal(await eyes.locator(".acts-list").count(), 0);
assert.match(await eyes.locator(".timeline").innerText(), /Nghỉ thai sản/);
await eyes.goto(`${base}${one}/khoa`);
assert.match(await eyes.locator("main").innerText(), /không thuộc quyền/);
await eyes.context().close();

// What a person sees of their own mailbox.
for (const size of ["wide", "phone"]) {
  const own = await open(size);
  await signIn(own, people.find((one) => one !== person && !shut.includes(one.address)).address);
  await own.goto(`${base}/tai-khoan`);
  await own.click('a[href="/tai-khoan/hop-thu"]');
  assert.match(await own.locator("main").innerText(), /Chưa ai được mở hộp thư của bạn/);
  await accessible(own);
  await picture(own, `hop-thu-cua-toi-${size}`);
  await own.context().close();
}

// On a phone, and without script.
const phone = await open("phone", { javaScriptEnabled: false });
await signIn(phone, admin);
for (const [name, path] of [
  ["hop-thu", "/quan-ly/hop-thu"],
  ["da-khoa", "/quan-ly/hop-thu?tinh-trang=tam-khoa"],
  ["mot-hop-thu", one],
  ["khoa", `${one}/khoa`],
  ["xem-truoc", `/quan-ly/hop-thu/hang-loat?viec=khoi-phuc&h=${chosen[0]}`],
  ["cho-quyet-dinh", "/quan-ly/hop-thu/cho-quyet-dinh"],
]) {
  await phone.goto(`${base}${path}`);
  await picture(phone, `${name}-phone`);
  const [inner, outer] = await phone.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(inner <= outer, `${path} is ${inner} wide in a window of ${outer}`);
}
await phone.context().close();
const small = await open("phone");
await signIn(small, admin);
for (const path of ["/quan-ly/hop-thu", one, `${one}/khoa`]) {
  await small.goto(`${base}${path}`);
  await accessible(small);
}
await small.goto(`${list}/hang-loat?viec=khoi-phuc&h=${chosen[0]}&h=${chosen[1]}`);
await accessible(small);
await small.fill("#f-van-ban", "9/CV");
await small.click("main button.primary");
await small.waitForFunction(() => document.querySelector("[role=status]")?.textContent.includes("Đã làm 2 trên 2"));
await done();
