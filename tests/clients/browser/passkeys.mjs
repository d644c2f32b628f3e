// A passkey of a device that knows its holder: added, used to come in, removed.
import { accessible, args, assert, base, done, open, password, picture, SIZES } from "./lib.mjs";

// Browsers know passkeys by names alone, not by numbers.
const here = base.replace("127.0.0.1", "localhost");
for (const [n, size] of Object.keys(SIZES).entries()) {
  const address = args[n];
  const page = await open(size);
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const keys = async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
  await page.goto(`${here}/dang-nhap?ve=/tai-khoan/khoa-truy-cap`);
  await accessible(page);
  await picture(page, `dang-nhap-khoa-${size}`);
  // Nothing is there yet: the page says so.
  await page.click("#vao-khoa button");
  await page.waitForSelector("#khoa-loi:not([hidden])");
  await page.fill("[name=tai-khoan]", address);
  await page.fill("[name=mat-khau]", password);
  await page.click("main button.primary");
  if (new URL(page.url()).pathname === "/doi-mat-khau") {
    await page.check("[name=nhan-trach-nhiem]");
    await page.click("main button.primary");
    await page.goto(`${here}/tai-khoan/khoa-truy-cap`);
  }
  await accessible(page);
  await picture(page, `khoa-truy-cap-chua-co-${size}`);
  await page.fill("[name=ten]", "Máy của tôi");
  await page.fill("#them-khoa [name=mat-khau]", password);
  await page.click("#them-khoa button");
  await page.waitForSelector(".acts-list > li");
  assert.equal(await keys(), 1);
  await accessible(page);
  await picture(page, `khoa-truy-cap-${size}`);
  // The same device has one already.
  await page.fill("[name=ten]", "Lần nữa");
  await page.fill("#them-khoa [name=mat-khau]", password);
  await page.click("#them-khoa button");
  await page.waitForSelector("#khoa-loi:not([hidden])");

  await page.click(".who summary");
  await page.click('form[action="/dang-xuat"] button');
  await page.goto(`${here}/dang-nhap?ve=/tai-khoan/khoa-truy-cap`);
  await page.click("#vao-khoa button");
  await page.waitForURL("**/tai-khoan/khoa-truy-cap");
  assert.match(await page.textContent(".acts-list > li"), /dùng lần cuối/);
  // Whom the device does not recognise does not come in.
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  const before = page.url();
  await page.click(".who summary");
  await page.click('form[action="/dang-xuat"] button');
  await page.click("#vao-khoa button");
  await page.waitForSelector("#khoa-loi:not([hidden])");
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.goto(`${here}/dang-nhap?ve=/tai-khoan/khoa-truy-cap`);
  await page.click("#vao-khoa button");
  await page.waitForURL(before);
  await page.click(".acts-list summary");
  await page.fill(".acts-list [name=mat-khau]", password);
  await page.click("button[value=go]");
  assert.equal(await page.locator(".acts-list > li").count(), 0);
  await page.click(".who summary");
  await page.click('form[action="/dang-xuat"] button');
  await page.click("#vao-khoa button");
  await page.waitForSelector("[role=alert]:not([hidden]) b");
  assert.match(await page.textContent("#loi"), /không được nhận/);
}
await done();
