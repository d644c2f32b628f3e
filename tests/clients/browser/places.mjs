// Organisations, groups, roles, orders of two persons, as the console has them: `node places.mjs DEMO_JSON`.

import { readFileSync } from "node:fs";
import { accessible, assert, base, done, open, picture, signIn } from "./lib.mjs";

const { accounts } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const admin = "quantri@sonminh.gov.vn";
const paper = "Quyết định 12/QĐ-UBND ngày 20/11/2026";

/** The page of the place that these words find, typed without marks. */
async function find(page, words) {
  await page.goto(`${base}/quan-ly/co-quan`);
  await page.fill("#q", words);
  await page.press("#q", "Enter");
  await page.locator("tbody th a:not(.turn)").first().click();
  return page.locator("h1").innerText();
}

async function look(page, name) {
  await accessible(page);
  await picture(page, name);
}

const page = await open();
await signIn(page, admin);

// An agency is found without marks.
await page.goto(`${base}/quan-ly/co-quan`);
await look(page, "cay-wide");
assert.ok((await page.locator("tbody tr").count()) > 15);
assert.equal(await find(page, "so khoa hoc"), "Sở Khoa học và Công nghệ");
await look(page, "co-quan-wide");
const science = page.url();
const head = (await page.locator("dl.facts dd").first().innerText()).split("\n")[0];
assert.match(await page.locator("aside.margin").innerText(), /hộp thư đang dùng/);

// It gets another name: what changes is shown first.
await find(page, "trung tam cong nghe");
await page.click("text=Đổi tên, sửa thông tin");
await look(page, "sua-wide");
await page.fill("#ten", "Trung tâm Chuyển đổi số");
await page.click("main button.primary");
// A new name needs a document; what was typed is there still.
assert.match(await page.locator("#loi").innerText(), /văn bản/);
assert.equal(await page.inputValue("#ten"), "Trung tâm Chuyển đổi số");
await page.fill("#van-ban", paper);
await page.click("main button.primary");
assert.match(await page.locator("main").innerText(), /Trung tâm Công nghệ thông tin và Truyền thông\s+Trung tâm Chuyển đổi số/);
assert.match(await page.locator(".next").innerText(), /Địa chỉ thư giữ nguyên: 14/);
await look(page, "xem-truoc-ten-wide");
await page.click("text=Đổi tên cơ quan");
assert.equal(await page.locator("h1").innerText(), "Trung tâm Chuyển đổi số");
assert.match(await page.locator(".timeline").innerText(), /Đổi tên/);

// Two communes are merged; all that moves is shown first.
await find(page, "na son");
const gone = page.url();
await page.click("text=Sáp nhập vào cơ quan khác");
await look(page, "sap-nhap-wide");
await page.fill("#vao", "khong co noi nay");
await page.fill("#van-ban", paper);
await page.click("main button.primary");
assert.match(await page.locator("#loi").innerText(), /Không có cơ quan/);
await page.fill("#vao", "ban cat");
await page.click("main button.primary");
const shown = await page.locator(".next").innerText();
assert.match(shown, /14 hộp thư/);
const moved = await page.locator("tbody .mail").nth(1).innerText();
await look(page, "xem-truoc-sap-nhap-wide");
await page.click(".next button.primary");
assert.equal(await page.locator("h1").innerText(), "Ủy ban nhân dân xã Bản Cát");
assert.match(await page.locator("aside.margin").innerText(), /28 hộp thư đang dùng/);
assert.match(await page.locator(".timeline").innerText(), /Nhận sáp nhập/);
const successor = page.url().split("?")[0];
await page.goto(gone);
assert.match(await page.locator(".title").innerText(), /kết thúc hoạt động/);
await look(page, "co-quan-het-wide");

// Their addresses are made anew: a table first, then each; the former ones stay.
await page.goto(`${successor}/doi-dia-chi`);
await look(page, "doi-dia-chi-wide");
await page.fill("#van-ban", paper);
await page.click("main button.primary");
await page.waitForSelector("text=Chờ thực hiện");
assert.ok((await page.locator("tbody").innerText()).includes(moved));
await look(page, "bang-doi-dia-chi-wide");
if (await page.locator(".next button.primary").count()) {
  await page.click(".next button.primary");
  await page.waitForSelector("text=/Đã xong|Đang thực hiện/");
}

// A new place.
await page.goto(science);
await page.click("text=Thêm đơn vị cấp dưới");
await look(page, "them-wide");
await page.fill("#ten", "Phòng Chuyển đổi số");
await page.click("main button.primary");
assert.equal(await page.locator("h1").innerText(), "Phòng Chuyển đổi số", await page.locator("main").innerText());
assert.match(await page.locator("[role=status]").innerText(), /Đã thêm/);

// Its contact is named.
await page.goto(`${science}/nguoi`);
await look(page, "nguoi-wide");
await page.fill("#tim-nguoi", head.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D"));
await page.press("#tim-nguoi", "Enter");
await page.locator(".pick input").first().check();
await page.click("text=Ghi là đầu mối");
assert.match(await page.locator("[role=status]").innerText(), /Đã ghi/);

// How much its mailboxes hold: more than the regulation allows is refused with the clause.
await page.goto(`${science}/dung-luong`);
await look(page, "dung-luong-wide");
await page.locator("[name=muc]").first().check();
await page.fill("#dung-luong", "900 GB");
await page.click("main button.primary");
assert.match(await page.locator("#loi").innerText(), /tối đa/);
assert.ok((await page.locator("#loi .clause").count()) === 1);
await look(page, "dung-luong-loi-wide");

// A list of places: what is wrong is told by row and nothing is done; then all of it is.
await page.goto(`${base}/quan-ly/co-quan/nhap`);
await look(page, "nhap-wide");
const rows = Array.from({ length: 300 }, (_, n) => `Trạm số ${n + 1},Đơn vị trực thuộc,skhcn,tram${n + 1}`);
const list = (lines) => ({ name: "danh-sach.csv", mimeType: "text/csv", buffer: Buffer.from(`Tên,Loại,Cấp trên,Tên viết tắt\n${lines.join("\n")}\n`) });
await page.setInputFiles("#tep", list([...rows, "Trạm lạ,Loại lạ,skhcn,tramla"]));
await page.click("main button.primary");
assert.match(await page.locator("tbody").innerText(), /302/);
await look(page, "nhap-sai-wide");
await page.setInputFiles("#tep", list(rows));
await page.click("main button.primary");
assert.match(await page.locator(".next").innerText(), /Thêm 300/);
await look(page, "nhap-xem-wide");
await page.click(".next button.primary");
await page.waitForSelector("text=Đã nhập xong danh sách.", { timeout: 60000 });
await look(page, "nhap-xong-wide");

// A group with members.
await page.goto(`${base}/quan-ly/nhom`);
await look(page, "nhom-wide");
await page.click("text=Lập nhóm thư");
await page.fill("#co-quan", "so y te");
await page.fill("#ten-nhom", "Ban quản lý chất lượng");
await page.click("text=Đặt địa chỉ theo quy tắc");
if ((await page.inputValue("#dia-chi")) === "") {
  await page.fill("#dia-chi", "banquanlychatluong");
}
const local = await page.inputValue("#dia-chi");
await look(page, "lap-nhom-wide");
await page.click(".next button.primary");
assert.match(await page.locator(".title").innerText(), new RegExp(local));
await page.fill("#tim-ai", "dau moi so y te");
await page.press("#tim-ai", "Enter");
await page.locator(".pick input").first().check();
await page.click("text=Thêm người đã chọn");
assert.match(await page.locator("[role=status]").innerText(), /Đã thêm/);
assert.equal(await page.locator("tbody tr").count(), 1);
await look(page, "nhom-mot-wide");
await page.locator("tbody .sel input").check();
await page.click("text=Bớt người đã chọn");
assert.match(await page.locator("main").innerText(), /Nhóm chưa có thành viên/);
await page.click("text=Nhóm không còn cần nữa");
await page.click("text=Chấm dứt nhóm này");
assert.match(await page.locator("[role=status]").innerText(), /chấm dứt/);

// A role is given and taken back.
await page.goto(`${base}/quan-ly/vai-tro`);
await look(page, "vai-tro-wide");
const before = await page.locator("tbody tr").count();
await page.click("a.primary");
await page.fill("#tim-ai", "dau moi so y te");
await page.press("#tim-ai", "Enter");
await page.locator("[name=ai]").first().check();
await page.check("[value=audit]");
await page.fill("#noi", "syt");
await page.fill("#van-ban", paper);
await look(page, "giao-wide");
await page.click("main form.stack button.primary");
assert.match(await page.locator("[role=status]").innerText(), /Đã giao/);
assert.equal(await page.locator("tbody tr").count(), before + 1);
await page.locator("tbody tr", { hasText: "Sở Y tế" }).locator("a.btn").click();
await look(page, "thoi-giao-wide");
await page.click("button.danger");
assert.match(await page.locator("[role=status]").innerText(), /Đã thôi giao/);

// Two persons order that a mailbox is opened: one proposes, another confirms.
await page.goto(`${base}/quan-ly/mo-hop-thu`);
await look(page, "mo-hop-thu-wide");
await page.click("a.primary");
await page.fill("#hop", "dau moi so xay dung");
await page.fill("#nguoi", "chuyen vien thanh tra");
await page.click("main form button.primary");
await page.locator("[name=hop-thu]").first().check();
await page.locator("[name=nguoi-doc]").first().check();
await page.fill("#muc-dich", "Làm rõ thư tố cáo");
await page.fill("#van-ban", paper);
await look(page, "de-xuat-wide");
await page.click("text=Đề xuất lệnh >> nth=-1");
assert.match(await page.locator("[role=status]").innerText(), /Đã đề xuất/);
assert.equal(await page.locator("text=Xác nhận lệnh").count(), 0);
const order = page.url().split("?")[0];
await look(page, "lenh-wide");
const decider = accounts.find((account) => account.role === "head" && account.name === head);
const second = await open();
await signIn(second, decider.address);
await second.goto(order);
await second.click("button.primary");
assert.match(await second.locator("[role=status]").innerText(), /Đã xác nhận/);
await look(second, "lan-cho-phep-wide");
await second.click("text=Chấm dứt ngay");
assert.match(await second.locator("[role=status]").innerText(), /Đã chấm dứt/);
await second.context().close();

// The contact of an agency sees theirs alone.
const contact = accounts.find((account) => account.role === "contact" && account.address !== admin && account.name !== head);
const other = await open();
await signIn(other, contact.address);
await other.goto(`${base}/quan-ly/co-quan`);
const own = await other.locator("tbody th a:not(.turn)").first();
const name = await own.innerText();
await own.click();
await look(other, "co-quan-dau-moi-wide");
assert.ok((await other.locator("a.primary").innerText()).includes("Lập đề nghị"), name);
assert.equal(await other.locator("text=Giải thể").count(), 0);
const answer = await other.goto(name === "Sở Khoa học và Công nghệ" ? successor : science);
assert.equal(answer.status(), 404);
assert.equal((await other.goto(order)).status(), 404);
await other.goto(`${base}/quan-ly/mo-hop-thu`);
await look(other, "mo-hop-thu-dau-moi-wide");
await other.context().close();

// All of it on a telephone.
const phone = await open("phone");
await signIn(phone, admin);
for (const [path, called] of [
  ["/quan-ly/co-quan", "cay"],
  [new URL(science).pathname, "co-quan"],
  [`${new URL(science).pathname}/sua`, "sua"],
  [`${new URL(science).pathname}/nguoi?tim=a`, "nguoi"],
  [`${new URL(science).pathname}/dung-luong`, "dung-luong"],
  [`${new URL(science).pathname}/sap-nhap`, "sap-nhap"],
  [`${new URL(science).pathname}/tach`, "tach"],
  [`${new URL(science).pathname}/giai-the`, "giai-the"],
  ["/quan-ly/co-quan/nhap", "nhap"],
  ["/quan-ly/co-quan/doi-dia-chi", "bang"],
  ["/quan-ly/co-quan/doi-dia-chi/1", "bang-mot"],
  ["/quan-ly/nhom", "nhom"],
  ["/quan-ly/nhom/1?tim=so", "nhom-mot"],
  ["/quan-ly/nhom/them", "nhom-them"],
  ["/quan-ly/vai-tro", "vai-tro"],
  ["/quan-ly/vai-tro/giao?tim=so", "giao"],
  ["/quan-ly/mo-hop-thu", "mo-hop-thu"],
  ["/quan-ly/mo-hop-thu/lap?hop=so&nguoi=so", "de-xuat"],
]) {
  await phone.goto(`${base}${path}`);
  await look(phone, `${called}-phone`);
}
await done();
