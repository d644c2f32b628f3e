// Watching mail: `node watch.mjs DEMO_JSON ONE TWO`. ONE writes to TWO and to somebody who cannot be reached; who operates finds where it
// went, deals with what waits, reads the logs, has the records checked, and lets a held message go.

import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [one, two] = args;
const officer = "quantri@sonminh.gov.vn";
const far = "ai@khong-toi-duoc.example";
const title = "Thu tim duong di";

const writer = await open();
await signIn(writer, one);
await writer.goto(`${base}/soan`);
await writer.fill("#den", `${two}, ${far}`);
await writer.fill("[name=tieu-de]", title);
await writer.click('button[value="gui"]');
// Somebody outside is among them: seen, and sent all the same.
await writer.getByRole("button", { name: "Đã xem, vẫn gửi" }).click();
await writer.waitForURL((url) => url.pathname !== "/soan");
await writer.context().close();

const held = { wide: "ho so giu mot", phone: "ho so giu hai" };
for (const size of ["wide", "phone"]) {
  const page = await open(size);
  await signIn(page, officer);
  const look = async (name) => {
    await accessible(page);
    await picture(page, `${name}-${size}`);
  };

  // Where is my mail?
  await page.goto(`${base}/quan-ly/thu-di-dau`);
  await look("thu-di-dau");
  await page.fill("#den", two);
  await page.click("main form .btn.primary");
  const found = page.locator(".traces > li", { hasText: one });
  assert.match(await found.first().innerText(), /Đã vào hộp thư\./);
  assert.ok(!(await page.locator("main").innerText()).includes(title), "the log has no subjects");
  await look("thu-di-dau-thay");
  await found.first().getByRole("link", { name: /Xem từng bước/ }).click();
  assert.match(page.url(), /\/quan-ly\/thu-di-dau\/[0-9a-z]{15}$/);
  const way = await page.locator("main").innerText();
  assert.match(way, /Đã vào hộp thư\./);
  assert.match(way, /Đã xếp vào hàng đợi để gửi đến khong-toi-duoc\.example\./);
  assert.ok(way.includes(two) && way.includes(far), way);
  await look("thu-di-dau-mot");
  // By its Message-ID, which leads there at once.
  const name = (await page.locator("dd.mail").allInnerTexts()).find((text) => text.startsWith("<"));
  const trace = page.url();
  await page.goto(`${base}/quan-ly/thu-di-dau`);
  await page.fill("#ma", name);
  await page.press("#ma", "Enter");
  assert.equal(page.url(), trace);
  // From the search above: whose mail it is.
  await page.fill("#tim", two);
  await page.press("#tim", "Enter");
  await page.click('main a[href^="/quan-ly/thu-di-dau"]');
  assert.equal(await page.inputValue("#den"), two);
  await page.fill("#den", "");
  await page.fill("#tu", "khong.ai@ngoai.example");
  await page.press("#tu", "Enter");
  assert.match(await page.locator(".empty").innerText(), /Không thấy thư nào như vậy/);

  // What waits for other servers.
  await page.goto(`${base}/quan-ly/hang-doi`);
  assert.match(await page.locator("main").innerText(), /khong-toi-duoc\.example/);
  await look("hang-doi");
  await page.getByRole("link", { name: one }).click();
  await look("hang-doi-mot");
  await page.goBack();
  await page.locator("td.sel input").first().check();
  await page.click('button[value="giu"]');
  assert.match(await page.locator("h1").innerText(), /Giữ lại trong hàng đợi/);
  await look("hang-doi-giu");
  await page.click("main form .btn.primary");
  assert.match(await page.locator("[role=status]").first().innerText(), /Đã giữ lại, số người nhận: 1\./);
  assert.match(await page.locator("main").innerText(), /Đang giữ trong hàng đợi/);
  if (size === "wide") {
    await page.getByRole("link", { name: one }).click();
    await page.click('button[value="thu-lai"]');
    await page.click("main form .btn.primary");
    assert.match(await page.locator("[role=status]").first().innerText(), /Đã cho gửi lại ngay/);
  } else {
    // Dropped, with why; the sender is told.
    await page.locator("td.sel input").first().check();
    await page.click('button[value="bo"]');
    await look("hang-doi-bo");
    await page.fill("#ly-do", "Địa chỉ ghi sai");
    await page.click("main form .btn.danger");
    assert.match(await page.locator("[role=status]").first().innerText(), /Đã bỏ khỏi hàng đợi, số người nhận: 1\..*thông báo cho người gửi: 1/);
    await page.goto(trace);
    assert.match(await page.locator("main").innerText(), /Quản trị đã bỏ khỏi hàng đợi; người gửi được báo\./);
  }

  // The logs.
  await page.goto(`${base}/quan-ly/nhat-ky`);
  assert.ok((await page.locator("tbody tr").count()) > 2);
  await look("nhat-ky");
  await page.fill("#den", two);
  await page.click("details.more > summary");
  await page.selectOption("#chieu", "submit");
  await page.click("main form .btn.primary");
  assert.ok((await page.locator("tbody tr").count()) >= 1);
  for (const row of await page.locator("tbody tr").allInnerTexts()) {
    assert.ok(row.includes(two) && row.includes(one), row);
  }
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /Tải CSV/ }).click()]);
  const { readFileSync } = await import("node:fs");
  const csv = readFileSync(await file.path(), "utf8");
  assert.match(csv, /^\uFEFFtime,direction,trace,sender,recipient,client_ip,size,code,result\r\n/);
  assert.ok(csv.includes(two) && csv.includes("delivered") && !csv.includes(far), csv);
  await page.goto(`${base}/quan-ly/nhat-ky`);
  await page.getByRole("link", { name: "Đăng nhập", exact: true }).click();
  await page.fill("#ai", one);
  await page.click("main form .btn.primary");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length > 0 || location.reload(), null, { polling: 1500, timeout: 20000 });
  assert.match(await page.locator("tbody").innerText(), /Đăng nhập[\s\S]*web/);
  await look("nhat-ky-dang-nhap");

  // What was done, readable, and whether it is what was sealed.
  await page.goto(`${base}/quan-ly/nhat-ky/quan-tri`);
  await look("nhat-ky-quan-tri");
  await page.selectOption("#viec", { label: "Giữ thư trong hàng đợi" });
  await page.click("main form .btn.primary");
  assert.ok((await page.locator("tbody").innerText()).includes(officer));
  await page.goto(`${base}/quan-ly/nhat-ky/quan-tri`);
  await page.getByRole("link", { name: "Kiểm tra tính nguyên vẹn" }).click();
  await page.getByRole("button", { name: "Kiểm tra ngay" }).click();
  await page.locator("h2", { hasText: "Kết quả gần nhất" }).waitFor();
  assert.match(await page.locator("main").innerText(), /Nhật ký nguyên vẹn\.|Không có điểm kiểm nào/);
  await look("nhat-ky-kiem-tra");

  // What is held: why, of what it consists, and into the mailbox with it.
  await page.goto(`${base}/quan-ly/thu-giu`);
  assert.match(await page.locator("tbody").innerText(), /Tệp nén có mã hóa/);
  await look("thu-giu");
  const links = await page.locator("tbody th a").evaluateAll((all) => all.map((a) => a.href));
  for (const href of links) {
    await page.goto(href);
    if ((await page.locator("main").innerText()).includes(held[size])) {
      break;
    }
  }
  const told = await page.locator("main").innerText();
  assert.ok(told.includes("ho-so.zip") && told.includes("tệp nén zip") && told.includes(two), told);
  assert.ok(!told.includes("Kinh gui tai lieu"), "the text is nobody's to read");
  await look("thu-giu-mot");
  await page.click('button[value="bo"]');
  assert.match(await page.locator("[role=alert]").innerText(), /Ghi lý do không cho qua/);
  await page.click('button[value="cho-qua"]');
  assert.match(await page.locator("[role=status]").first().innerText(), /Đã cho qua/);
  await look("thu-giu-xong");
  await page.goto(`${base}/quan-ly/thu-giu?xem=da-xu-ly`);
  assert.match(await page.locator("tbody").innerText(), /đã cho qua/);
  await page.context().close();
}

const reader = await open();
await signIn(reader, two);
for (const subject of Object.values(held)) {
  const row = reader.locator(".row", { has: reader.locator(".subj", { hasText: subject }) });
  assert.equal(await row.count(), 1, subject);
}
await reader.context().close();

// Who has no role at the top is not let in.
const nobody = await open();
await signIn(nobody, one);
const answer = await nobody.goto(`${base}/quan-ly/nhat-ky`);
assert.equal(answer.status(), 403);
await done();
