// Signing in once for both systems: at a provider that no one here wrote (oidc-provider), and back.
// sso.mjs DEMO_JSON MODE ACCOUNT …; MODE: in, refused, only
import { accessible, args, assert, base, done, open, picture } from "./lib.mjs";

const [mode, account, address, issuer] = args;

/** A browser without an Internet: the provider's own pages ask it for letters. */
async function browser() {
  const page = await open();
  const local = (url) => url.hostname === "127.0.0.1" || url.protocol === "data:";
  await page.route((url) => !local(url), (route) => route.fulfill({ status: 200, contentType: "text/css", body: "" }));
  return page;
}

const page = await browser();

/** Signs in at the provider, as whoever; back at our pages then. */
async function atProvider(page, name) {
  await page.waitForURL(`${issuer}/interaction/**`);
  await page.fill("[name=login]", name);
  await page.fill("[name=password]", "x");
  await page.click("button[type=submit]");
  // Who agreed before is not asked again.
  while (page.url().startsWith(issuer)) {
    await page.click("button[type=submit]");
    await page.waitForLoadState();
  }
}

const button = 'a.btn[href^="/dang-nhap/mot-lan"]';

if (mode === "in") {
  await page.goto(`${base}/danh-ba?q=so`);
  await accessible(page);
  await picture(page, "dang-nhap-mot-lan");
  const phone = await open("phone");
  await phone.goto(`${base}/dang-nhap`);
  await accessible(phone);
  await picture(phone, "dang-nhap-mot-lan-phone");
  assert.equal(await page.locator("[name=mat-khau]").count(), 1);
  await page.click(button);
  await atProvider(page, account);
  // The rules of use are taken on here as ever; the password stays what it is.
  assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
  assert.equal(await page.locator("[name=mat-khau-moi]").count(), 0);
  await page.check("[name=nhan-trach-nhiem]");
  await page.click("main button.primary");
  await page.goto(`${base}/tai-khoan`);
  assert.equal(await page.textContent("dd.mail"), address);
  assert.match(await page.textContent("dl.facts"), new RegExp(account));
  const names = (await page.context().cookies(base)).map((one) => one.name);
  assert.ok(names.includes("congvu") && !names.includes("congvu-mot-lan"), names.join());
  await accessible(page);
  await picture(page, "tai-khoan");
  // An answer that belongs to no beginning of this browser is none, nor is one that comes twice.
  for (const query of ["code=x&state=y", "", "error=access_denied"]) {
    const stranger = await open();
    await stranger.goto(`${base}/dang-nhap/mot-lan/ve?${query}`);
    assert.match(await stranger.textContent("[role=alert]"), /quá hạn|bấm lại/);
    await stranger.context().close();
  }
  // The state must be the browser's own.
  const other = await browser();
  await other.goto(`${base}/dang-nhap`);
  await other.click(button);
  await other.waitForURL(`${issuer}/interaction/**`);
  await other.goto(`${base}/dang-nhap/mot-lan/ve?code=x&state=khac`);
  assert.match(await other.textContent("[role=alert]"), /quá hạn|bấm lại/);
  // Signed out at the provider: it says so behind the browser's back, and the session here is over.
  await page.goto(`${issuer}/session/end`);
  await page.click("button[name=logout]");
  await page.waitForLoadState();
  await page.goto(`${base}/tai-khoan`);
  assert.equal(new URL(page.url()).pathname, "/dang-nhap");
} else if (mode === "refused") {
  // `address` is what the page must say.
  await page.goto(`${base}/dang-nhap`);
  await page.click(button);
  await atProvider(page, account);
  assert.equal(new URL(page.url()).pathname, "/dang-nhap/mot-lan/ve");
  assert.match(await page.textContent("[role=alert]"), new RegExp(address));
  await page.goto(`${base}/thu`);
  assert.equal(new URL(page.url()).pathname, "/dang-nhap");
} else {
  await page.goto(`${base}/dang-nhap`);
  assert.equal(await page.locator("[name=mat-khau]").count(), 0);
  await accessible(page);
  await picture(page, "chi-mot-lan");
  // Nor by a form of one's own making.
  const sent = await page.request.post(`${base}/dang-nhap`, { form: { "tai-khoan": address, "mat-khau": account } });
  assert.equal(sent.status(), 422);
  await page.goto(`${base}/thu`);
  assert.equal(new URL(page.url()).pathname, "/dang-nhap");
}
await done();
