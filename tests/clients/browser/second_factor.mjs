// Two-step sign-in and app passwords, as somebody with a telephone has them: on both widths.
import { createHmac } from "node:crypto";
import { accessible, args, assert, base, done, open, picture, signIn, SIZES, password } from "./lib.mjs";

const people = { wide: args[0], phone: args[1] };

/** What an authenticator app shows for a secret, so many steps from now (RFC 6238). */
function shown(secret, later = 0) {
  let bits = "";
  for (const letter of secret.replaceAll(" ", "")) {
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  }
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
  const tag = createHmac("sha1", key).update(step).digest();
  const from = tag[19] & 15;
  return String((tag.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, "0");
}

for (const size of Object.keys(SIZES)) {
  const address = people[size];
  const page = await open(size);
  const look = async (name) => {
    await accessible(page);
    await picture(page, `${name}-${size}`);
  };
  await signIn(page, address);
  await page.goto(`${base}/tai-khoan`);
  await look("tai-khoan");
  await page.click('a[href="/tai-khoan/hai-lop"]');
  await look("hai-lop-chua-bat");
  await page.fill("[name=mat-khau]", "sai mật khẩu");
  await page.click("main button.primary");
  assert.match(await page.textContent("[role=alert]"), /Mật khẩu đang dùng chưa đúng/);
  await page.fill("[name=mat-khau]", password);
  await page.click("main button.primary");
  await look("hai-lop-quet-ma");
  assert.ok((await page.locator("svg.qr").boundingBox()).width > 150);
  const secret = await page.textContent("code.secret");
  await page.fill("[name=ma]", "000000");
  await page.click("main button.primary");
  assert.match(await page.textContent("[role=alert]"), /Mã chưa đúng/);
  await page.fill("[name=ma]", shown(secret));
  await page.click("main button.primary");
  const codes = await page.locator(".codes code").allTextContents();
  assert.equal(codes.length, 10);
  await look("hai-lop-ma-du-phong");
  await page.click("main a.primary");
  await look("hai-lop-dang-bat");

  // Out, and in again with the code that comes next.
  const other = await open(size);
  await signIn(other, address);
  assert.equal(new URL(other.url()).pathname, "/dang-nhap/ma");
  await accessible(other);
  await picture(other, `dang-nhap-ma-${size}`);
  await other.fill("[name=ma]", "123456");
  await other.click("main button.primary");
  assert.match(await other.textContent("[role=alert]"), /Mã chưa đúng hoặc đã dùng rồi/);
  await accessible(other);
  await other.fill("[name=ma]", shown(secret, 1));
  await other.click("main button.primary");
  assert.match(other.url(), /\/thu\/\d+\/\d+$/);
  // One that was written down does as well, with the way one was going.
  const third = await open(size);
  await third.goto(`${base}/tai-khoan/mat-khau-ung-dung`);
  await third.fill("[name=tai-khoan]", address);
  await third.fill("[name=mat-khau]", password);
  await third.click("main button.primary");
  await third.fill("[name=ma]", codes[0]);
  await third.click("main button.primary");
  assert.equal(new URL(third.url()).pathname, "/tai-khoan/mat-khau-ung-dung");

  // A password for a mail program.
  await page.goto(`${base}/tai-khoan/mat-khau-ung-dung`);
  await look("mat-khau-ung-dung-chua-co");
  await page.fill("[name=ten]", "Thunderbird ở nhà");
  await page.fill("[name=mat-khau]", password);
  await page.click("main form.next button.primary");
  const groups = await page.locator(".secret span").allTextContents();
  assert.equal(groups.join("").length, 26);
  await look("mat-khau-ung-dung-moi");
  // What one selects and copies has no blanks.
  const copied = await page.evaluate(() => {
    getSelection().selectAllChildren(document.querySelector(".secret code"));
    return getSelection().toString();
  });
  assert.equal(copied, groups.join(""));
  await page.goto(`${base}/tai-khoan/mat-khau-ung-dung`);
  assert.ok(!(await page.content()).includes(groups[0] + "<"));
  await page.click("button[value=thu-hoi]");
  assert.equal(await page.locator(".acts-list > li").count(), 0);
  // Here a lost password is asked for (QN.14.3).
  await page.goto(`${base}/tai-khoan/khoi-phuc`);
  await look("khoi-phuc-theo-quy-che");
  assert.match(await page.textContent("main"), /QN\.14\.3/);
}
await done();
