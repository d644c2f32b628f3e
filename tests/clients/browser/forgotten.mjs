// A lost password is changed through the recovery address, on both widths (TQ.12.2).
import { spawnSync } from "node:child_process";
import { accessible, args, assert, base, done, open, picture, signIn, SIZES, password } from "./lib.mjs";

const [fetch, ...people] = args;
const chosen = "Đèo Pha Đin#1954";

/** The text of the newest letter of this subject in somebody's mailbox, as a mail program reads it. */
function mailed(address, subject) {
  const read = spawnSync("python3", [fetch, process.argv[2], address, "INBOX", subject, "20"], { encoding: "utf8" });
  assert.equal(read.status, 0, read.stderr);
  return JSON.parse(read.stdout.trim().split("\n").at(-1)).text;
}

const sizes = Object.keys(SIZES);
for (const [n, size] of sizes.entries()) {
  const [address, second] = people.slice(n * 2);
  const page = await open(size);
  const look = async (name) => {
    await accessible(page);
    await picture(page, `${name}-${size}`);
  };
  await signIn(page, address);
  await page.goto(`${base}/tai-khoan/khoi-phuc`);
  await look("khoi-phuc-chua-co");
  await page.fill("[name=dia-chi]", second);
  await page.fill("[name=mat-khau]", password);
  await page.click("button[value=gui-ma]");
  await look("khoi-phuc-nhap-ma");
  const [, code] = mailed(second, "Mã xác nhận địa chỉ khôi phục").match(/Mã xác nhận: ([a-z0-9-]+)/);
  await page.fill("[name=ma]", code);
  await page.click("button[value=xac-nhan]");
  await look("khoi-phuc-da-co");
  assert.match(await page.textContent("dl.facts"), new RegExp(second));

  const lost = await open(size);
  await lost.goto(`${base}/dang-nhap`);
  await lost.click('a[href="/quen-mat-khau"]');
  await accessible(lost);
  await picture(lost, `quen-mat-khau-${size}`);
  await lost.locator("[name=tai-khoan]").first().fill(address);
  await lost.click("button[value=thu]");
  await accessible(lost);
  await picture(lost, `quen-mat-khau-da-gui-${size}`);
  const [, way] = mailed(second, `Đặt mật khẩu mới cho ${address}`).match(/https:\/\/[^/]+(\/dat-mat-khau\/\S+)/);
  await lost.goto(base + way);
  await lost.fill("[name=mat-khau-moi]", "12345678");
  await lost.fill("[name=mat-khau-lai]", "12345678");
  await lost.click("main button.primary");
  await accessible(lost);
  await picture(lost, `dat-mat-khau-${size}`);
  assert.match(await lost.textContent("[role=alert]"), /TQ\.6\.2/);
  await lost.fill("[name=mat-khau-moi]", chosen);
  await lost.fill("[name=mat-khau-lai]", chosen);
  await lost.click("main button.primary");
  await accessible(lost);
  assert.match(await lost.textContent("[role=status]"), /Đã đặt mật khẩu mới/);
  // Who was signed in is out; the link is used up.
  await page.goto(`${base}/tai-khoan`);
  assert.equal(new URL(page.url()).pathname, "/dang-nhap");
  const used = await lost.goto(base + way);
  assert.equal(used.status(), 410);
  await accessible(lost);
  await signIn(lost, address, chosen);
  assert.match(lost.url(), /\/thu\/\d+\/\d+$/);
}
await done();
