// Reports, incidents, takedown, stops and regulations in the console: `node rules.mjs DEMO_JSON DECIDER`, who decides beside the
// administrator.

import { readFileSync } from "node:fs";
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const { accounts } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const admin = accounts.find((one) => one.address.startsWith("quantri@")).address;
const [decider] = args;
const other = accounts.find((one) => one.role === "head" && one.address !== decider).address;

const page = await open("wide");
await signIn(page, admin);
const file = async (href) => {
  const answer = await page.context().request.get(`${base}${href}`);
  assert.equal(answer.status(), 200, href);
  return answer.body();
};
const status = () => page.locator('[role="status"]').first().innerText();
const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

// A message is taken down: found, sealed, and destroyed by two persons.
await page.goto(`${base}/thu`);
// The oldest: no notice, of which others have copies.
await page.locator(".row > a").last().click();
await page.waitForURL(/\/thu\/\d+\/\d+\/\d+/);
const raw = (await file(`${new URL(page.url()).pathname}/goc`)).toString("latin1");
const messageId = /^Message-ID:\s*(<[^>]+>)/im.exec(raw)[1];
await page.goto(`${base}/quan-ly/go-bo/moi`);
await page.fill("#message-id", messageId);
await page.fill("#van-ban", "12/CV-SKHCN ngày 23/11/2026");
await page.fill("#ly-do", "Gửi nhầm tài liệu.");
await page.click("main button.primary");
assert.match(await page.locator(".next h2").innerText(), /Đã tìm thấy 1 thư/);
await accessible(page);
await picture(page, "ho-so-go-bo");
const takedown = new URL(page.url()).pathname;
await page.click("text=Xem ai đang giữ bản sao");
assert.match(await page.locator("main").innerText(), /quantri@/);
await accessible(page);
await picture(page, "ai-giu");
await page.goBack();
await page.click("text=Niêm phong mọi bản sao");
await page.waitForFunction(() => /[1-9]\d* bản sao đang niêm phong/.test(document.body.innerText) && !document.querySelector("progress"), null, {
  timeout: 30_000,
});
await accessible(page);
const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Lấy bằng chứng")]);
assert.match(download.suggestedFilename(), /^ho-so-\d+\.zip$/);
await page.click("summary:has-text('Đề nghị hủy vĩnh viễn')");
await page.fill("#van-ban-huy", "15/QĐ-SKHCN");
await page.click("button:has-text('Đề nghị hủy vĩnh viễn')");
assert.match(await status(), /Người thứ hai/);
assert.equal(await page.locator("button:has-text('Xác nhận hủy')").count(), 0);
await picture(page, "cho-nguoi-thu-hai");
const second = await open("phone");
await signIn(second, decider);
await second.goto(`${base}${takedown}`);
await accessible(second);
await picture(second, "xac-nhan-huy-phone");
await second.click("button:has-text('Xác nhận hủy')");
await second.waitForFunction(() => /Đã hủy 1 bản sao/.test(document.body.innerText), null, { timeout: 30_000 });
await accessible(second);
await second.goto(`${base}${takedown}/ai-giu`);
assert.match(await second.locator("main").innerText(), /đã hủy/);
await accessible(second);
await picture(second, "ai-giu-phone");

// The yearly report of an agency: made for the year that is over, completed, handed in, handed back, accepted.
await page.goto(`${base}/quan-ly/bao-cao/lap`);
await page.selectOption("#co-quan", { label: "Sở Khoa học và Công nghệ" });
await page.click("text=Chọn cơ quan này");
await page.click("#yearly button");
assert.match(await status(), /Đã lập báo cáo/);
const report = new URL(page.url()).pathname;
await picture(page, "bao-cao-nam");
await accessible(page);
for (const field of await page.locator('form[action$="/nop"] textarea').all()) {
  await field.fill("Không có.");
}
await page.click("text=Nộp báo cáo");
assert.match(await status(), /Đã nộp/);
assert.equal((await file(`${report}/tep?dang=pdf`)).subarray(0, 5).toString(), "%PDF-");
assert.equal((await file(`${report}/tep?dang=xlsx`)).subarray(0, 2).toString(), "PK");
assert.ok((await file(`${report}/tep?dang=csv`)).length > 10);
await page.click("text=Trả lại cơ quan");
assert.match(await page.locator("#loi").innerText(), /lý do/);
await page.fill("#noi-dung", "Thiếu số hộp thư của phòng Tài chính.");
await page.click("text=Trả lại cơ quan");
assert.match(await page.locator(".next").innerText(), /Thiếu số hộp thư/);
await page.click("text=Nộp báo cáo");
await accessible(page);
await page.click("text=Tiếp nhận báo cáo");
assert.match(await page.locator(".title .chip").innerText(), /Đã tiếp nhận/);
await page.goto(`${base}/quan-ly/bao-cao?loai=yearly`);
await page.click("text=Tổng hợp kỳ này");
assert.match(await page.locator("tbody").innerText(), /Tổng cộng/);
await accessible(page);
await picture(page, "tong-hop");

// Whoever speaks for another agency sees none of it.
const agency = await open("phone");
await signIn(agency, other);
await agency.goto(`${base}/quan-ly/bao-cao`);
await accessible(agency);
await picture(agency, "bao-cao-co-quan-phone");
assert.equal((await agency.goto(`${base}${report}`)).status(), 404);
assert.equal((await agency.goto(`${base}/quan-ly/go-bo`)).status(), 403);

// An incident, from somebody's report to its end.
await agency.goto(`${base}/bao-su-co`);
await agency.check('[value="hijacked"]');
await agency.fill("#mo-ta", "Có người đăng nhập từ nước ngoài.");
await agency.click("main button.primary");
assert.match(await agency.locator('[role="status"]').innerText(), /Đã báo sự cố số/);
await accessible(agency);
await picture(agency, "bao-su-co-xong-phone");
await page.goto(`${base}/quan-ly/su-co`);
await page.click("tbody a >> nth=0");
assert.match(await page.locator("main").innerText(), /từ nước ngoài/);
await picture(page, "mot-su-co");
for (const [state, note] of [
  ["handling", "Đã kết thúc mọi phiên."],
  ["fixed", "Đã đổi mật khẩu."],
  ["closed", ""],
]) {
  await page.check(`[value="${state}"]`);
  await page.fill("#ghi-chu", note);
  await page.click("main button.primary");
  assert.match(await status(), /Đã chuyển/);
  await accessible(page);
}
assert.equal(await page.locator('[name="trang-thai"]').count(), 0);
assert.match(await page.locator(".timeline").innerText(), /Đã kết thúc mọi phiên/);

// A stop that is announced too late is refused with the clause; in time it is announced, and given up.
await page.goto(`${base}/quan-ly/thong-bao/ngung`);
await page.fill("#viec", "Nâng cấp máy chủ; webmail và các ứng dụng thư ngừng.");
await page.fill("#tu", `${day(1)}T22:00`);
await page.fill("#den", `${day(1)}T23:30`);
await page.click("main button.primary");
assert.match(await page.locator("#loi").innerText(), /thông báo trước/);
assert.ok((await page.locator("#loi .clause").count()) > 0);
assert.match(await page.inputValue("#viec"), /Nâng cấp/);
await picture(page, "ngung-qua-som");
await accessible(page);
await page.fill("#tu", `${day(20)}T22:00`);
await page.fill("#den", `${day(20)}T23:30`);
await page.click("main button.primary");
assert.match(await status(), /Đã thông báo/);
await accessible(page);
await picture(page, "thong-bao-sap-ngung");
await page.fill('[id^="ly-do-"]', "Hoãn sang tuần sau.");
await page.click("text=Hủy kế hoạch và báo mọi người");
assert.match(await status(), /Đã hủy/);
await page.goto(`${base}/quan-ly/thong-bao/da-gui`);
await page.click("tbody a >> nth=0");
assert.match(await page.locator("article").innerText(), /./);
await accessible(page);

// What regulations set: looked through, compared, tried.
await page.goto(`${base}/quan-ly/quy-dinh/quang-ninh?q=${encodeURIComponent("mat khau")}`);
assert.match(await page.locator('[role="status"]').innerText(), /^\d+ trên \d+/);
await page.click(".clause summary >> nth=0");
assert.ok(await page.locator(".clause[open] blockquote").first().isVisible());
await page.goto(`${base}/quan-ly/quy-dinh/so-sanh`);
await page.selectOption("#mot", "quang-ninh");
await page.selectOption("#hai", "tuyen-quang");
await page.click("main button.primary");
assert.match(await page.locator("main").innerText(), /giá trị khác nhau/);
await page.goto(`${base}/quan-ly/quy-dinh/thu`);
await page.selectOption("#quy-che", "son-la");
await page.fill("#ngay", day(250));
await page.click("main button.primary");
assert.match(await page.locator('[role="status"]').innerText(), /Đã xem/);
await accessible(page);
await picture(page, "thu-quy-che-250");

await done();
