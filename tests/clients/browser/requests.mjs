// Requests on the console: `node requests.mjs DEMO_JSON DECIDER`. An agency's head opens one for thirty new persons from a list, who
// decides goes through it line by line, the passwords are handed over once, the agency sees what became of it.

import { readFileSync } from "node:fs";
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [decider] = args;
const demo = JSON.parse(readFileSync(process.argv[2], "utf8"));
const heads = demo.accounts.filter((account) => account.role === "head").map((account) => account.address);

// A head who asks for their own agency, and no more.
let agency, head, stranger;
for (const address of heads) {
  const page = await open();
  await signIn(page, address);
  await page.goto(`${base}/quan-ly/de-nghi/lap`);
  const one = (await page.locator(".req-kinds").count()) === 1 && (await page.locator(".title a").count()) === 0;
  if (one && !agency) {
    [agency, head] = [page, address];
  } else if (one) {
    stranger = page;
    break;
  } else {
    await page.context().close();
  }
}
assert.ok(stranger, "two heads");

// Nothing yet, and what to do next.
await agency.goto(`${base}/quan-ly/de-nghi`);
assert.match(await agency.innerText(".empty"), /Không có đề nghị nào đang chờ/);
await accessible(agency);
await picture(agency, "de-nghi-trong-wide");
await agency.click("main a.primary");
await accessible(agency);
await picture(agency, "de-nghi-viec-wide");
assert.match(await agency.innerText(".req-kinds"), /Mẫu số 01/);
await agency.click(".req-kinds a >> text=Cấp mới hộp thư");
await accessible(agency);
await picture(agency, "de-nghi-lap-wide");
const blank = await agency.request.get(base + (await agency.getAttribute('a[href$="issue.xlsx"]', "href")));
assert.equal((await blank.body()).subarray(0, 2).toString(), "PK");

// All that is wrong is told at once, and what was typed stays.
await agency.fill("#d1-full-name", "Lò Thị Hương");
await agency.fill("#d1-born", "chín mươi");
await agency.click('form > .line button[value="xem"]');
assert.match(await agency.innerText("#so-loi"), /Ghi số văn bản/);
assert.match(await agency.innerText("[role=alert]"), /Dòng 1[^]*năm sinh/);
assert.equal(await agency.inputValue("#d1-full-name"), "Lò Thị Hương");
await accessible(agency);
await picture(agency, "de-nghi-loi-wide");
await agency.fill("#d1-full-name", "");
await agency.fill("#d1-born", "");

// A list of thirty: one has the name of somebody elsewhere, two have the same name.
const there = demo.accounts.find((account) => account.role === "user" && account.name.split(" ").length === 3).name;
const given = ["Ánh", "Bảo", "Cúc", "Diễm", "Gấm", "Khuê", "Lụa", "Mận", "Nhung", "Oanh"];
const names = [there, ...["Hoàng Thùy", "Vàng Seo", "Tòng Phúc"].flatMap((first) => given.map((last) => `${first} ${last}`))].slice(0, 29);
names.push(names[1]);
const rows = names.map((name, n) => `${name};Chuyên viên;0987${String(n).padStart(6, "0")};Văn phòng`);
const list = `Họ và tên;Chức vụ;Số ĐT;Bộ phận công tác\n${rows.join("\n")}\n`;
await agency.setInputFiles("#tep", { name: "danh-sach.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
await agency.fill("#so", "236/UBND-VP");
await agency.fill("#ngay", "2026-11-20");
await agency.fill("#ly-do", "Tiếp nhận 30 công chức mới.");
await agency.click('form > .line button[value="xem"]');
assert.equal(await agency.locator("table tbody tr").count(), 30);
assert.match(await agency.innerText("tbody tr >> nth=0"), /đã có người dùng/);
assert.match(await agency.innerText("tbody tr >> nth=29"), /dành cho dòng/);
await accessible(agency);
await picture(agency, "de-nghi-xem-truoc-wide");
await agency.setViewportSize({ width: 390, height: 800 });
await accessible(agency);
await picture(agency, "de-nghi-xem-truoc-phone");
await agency.setViewportSize({ width: 1366, height: 850 });
await agency.click('button[value="gui"]');
assert.match(await agency.innerText("[role=status]"), /Đã mở đề nghị/);
const here = new URL(agency.url()).pathname;
await accessible(agency);
await picture(agency, "de-nghi-co-quan-wide");
const form = await agency.request.get(`${base}${here}/bieu-mau`);
assert.equal((await form.body()).subarray(0, 5).toString(), "%PDF-");
const kept = await agency.request.get(base + (await agency.getAttribute('a[href*="/tep/"]', "href")));
assert.equal((await kept.body()).toString(), list);

// Another agency is told that there is none.
assert.equal((await stranger.goto(base + here)).status(), 404);
await stranger.goto(`${base}/quan-ly/de-nghi`);
assert.equal(await stranger.locator("text=236/UBND-VP").count(), 0);

// Who decides: the list, then the lines.
const officer = await open();
await signIn(officer, decider);
await officer.goto(`${base}/quan-ly/de-nghi`);
await accessible(officer);
await picture(officer, "de-nghi-wide");
await officer.selectOption("#viec", "revoke");
await officer.click("text=Lọc danh sách");
assert.match(await officer.innerText(".empty"), /Không có đề nghị nào như vậy/);
await officer.selectOption("#viec", "issue");
await officer.click("text=Lọc danh sách");
await officer.click("tbody a >> nth=0");
assert.equal(new URL(officer.url()).pathname, here);
await accessible(officer);
await picture(officer, "de-nghi-dong-wide");
const phone = await open("phone");
await signIn(phone, decider);
for (const [path, name] of [["/quan-ly/de-nghi", "de-nghi-phone"], [here, "de-nghi-dong-phone"], [`${here}?loc=vuong`, "de-nghi-vuong-phone"], ["/quan-ly/de-nghi/lap", "de-nghi-lap-phone"]]) {
  await phone.goto(base + path);
  await accessible(phone);
  await picture(phone, name);
}

// A refusal without a reason is not kept as one, and the rest of the page is.
await officer.selectOption("#qd5", "refuse");
await officer.selectOption("#qd6", "grant");
await officer.click('button[value="luu"]');
assert.match(await officer.innerText("#loi5"), /phải nêu rõ lý do/);
assert.equal(await officer.inputValue("#qd6"), "grant");
await accessible(officer);
await picture(officer, "de-nghi-thieu-ly-do-wide");
await officer.fill("#ly5", "Đã có hộp thư; đề nghị lập Mẫu 02");
await officer.click('button[value="luu"]');
assert.match(await officer.innerText("[role=status]"), /Đã lưu ý kiến/);
// Several at once, then all that nothing is the matter with; what clashes is left to be looked at.
await officer.check('#dong-3 input[name="chon"]');
await officer.check('#dong-4 input[name="chon"]');
assert.equal(await officer.innerText("[data-chosen]"), "2");
await officer.click('button[value="dong-y"]');
assert.equal(await officer.inputValue("#qd3"), "grant");
await officer.click('button[value="sach"]');
await officer.click('nav.tabs a[href$="loc=cho"]');
assert.ok((await officer.locator("tbody tr").count()) >= 2);
await accessible(officer);
await picture(officer, "de-nghi-cho-wide");
for (const id of await officer.locator("tbody tr").evaluateAll((all) => all.map((row) => row.id.split("-")[1]))) {
  await officer.selectOption(`#qd${id}`, "grant");
}
await officer.click('button[value="xem"]');
assert.match(await officer.innerText("main"), /29 dòng chấp thuận, 1 dòng từ chối/);
await accessible(officer);
await picture(officer, "de-nghi-quyet-dinh-wide");
await phone.goto(`${base}${here}/quyet-dinh`);
await accessible(phone);
await picture(phone, "de-nghi-quyet-dinh-phone");
await officer.click("text=Quyết định cả 30 dòng");
// Whoever comes back finds how far it is, and then what became of it.
if (await officer.locator("progress[data-ask]").count()) {
  await accessible(officer);
  await picture(officer, "de-nghi-dang-lam-wide");
}
await officer.waitForSelector('a[href$="/mat-khau"]', { timeout: 60000 });
await officer.waitForFunction(() => !document.querySelector("progress[data-ask]"), null, { timeout: 60000 });
await officer.goto(base + here);
assert.match(await officer.innerText("#dong-5"), /Từ chối: Đã có hộp thư/);
assert.match(await officer.innerText("#dong-6"), /Đã thực hiện/);
await accessible(officer);
await picture(officer, "de-nghi-ket-qua-wide");

// The agency sees it, and takes the passwords: once.
await agency.goto(`${base}/quan-ly/de-nghi?trang-thai=done`);
await accessible(agency);
await agency.click("tbody a >> nth=0");
assert.match(await agency.innerText("#dong-5"), /Đã có hộp thư; đề nghị lập Mẫu 02/);
await agency.click('a[href$="/mat-khau"]');
await accessible(agency);
await picture(agency, "mat-khau-wide");
await agency.click("main button.primary");
assert.equal(await agency.locator(".req-slips > li").count(), 29);
const [address, secret] = await agency.locator(".req-slips > li").first().evaluate((slip) => [slip.querySelector("dd").innerText, slip.querySelector("code").innerText]);
await accessible(agency);
await picture(agency, "to-giao-wide");
await agency.emulateMedia({ media: "print" });
await picture(agency, "to-giao-in");
await agency.emulateMedia({ media: "screen" });
await agency.setViewportSize({ width: 390, height: 800 });
await accessible(agency);
await picture(agency, "to-giao-phone");
await agency.goto(`${base}${here}/mat-khau`);
assert.match(await agency.innerText(".empty"), /Không còn mật khẩu nào/);
await accessible(agency);
const fresh = await open();
await fresh.goto(`${base}/dang-nhap`);
await fresh.fill("[name=tai-khoan]", address);
await fresh.fill("[name=mat-khau]", secret);
await fresh.click("main button.primary");
assert.equal(new URL(fresh.url()).pathname, "/doi-mat-khau");

// It is done without script as well.
const plain = await open("phone", { javaScriptEnabled: false });
await signIn(plain, head);
await plain.goto(`${base}/quan-ly/de-nghi/lap`);
await plain.click(".req-kinds a >> text=Thu hồi hộp thư");
await plain.fill("#so", "237/UBND-VP");
await plain.fill("#ngay", "2026-11-21");
await plain.fill("#d1-address", address);
await plain.fill("#d1-reason", "Nghỉ việc");
await plain.click('button[value="them"]');
assert.equal(await plain.locator(".req-row").count(), 8);
await plain.click('form > .line button[value="xem"]');
await plain.click('button[value="gui"]');
assert.match(await plain.innerText("h1"), /Thu hồi hộp thư/);
await plain.click('a[href$="/rut"]');
await plain.click("main button.primary");
assert.match(await plain.innerText("[role=status]"), /Đã rút/);
await done();
