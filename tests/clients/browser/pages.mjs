// Every page, wide and on a phone: axe finds nothing, nothing sticks out, and it is light enough for a thin line.
import { accessible, args, assert, base, done, open, picture, signIn, SIZES } from "./lib.mjs";

const [unit, person] = args;
for (const size of Object.keys(SIZES)) {
  const page = await open(size);
  const look = async (name, path) => {
    if (path) {
      await page.goto(base + path);
    }
    await accessible(page);
    await picture(page, `${name}-${size}`);
  };
  await look("dang-nhap", "/dang-nhap");

  // Everything that comes over the wire until the first list stands.
  let wire = 0;
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    wire += encodedDataLength;
  });
  await page.context().clearCookies();
  await signIn(page, unit);
  await page.waitForLoadState("networkidle");
  assert.ok(wire <= 100_000, `${wire} bytes until the first list`);
  await look("hop-thu");
  wire = 0;
  await page.reload();
  await page.waitForLoadState("networkidle");
  assert.ok(wire <= 25_000, `${wire} bytes for another list`);

  await page.locator(".row > a").first().click();
  await look("thu");
  await look("soan", "/soan");
  await look("danh-ba", "/danh-ba?q=so%20y%20te");
  await look("tai-khoan", "/tai-khoan");
  await look("doi-mat-khau", "/doi-mat-khau");
  await look("khong-co", "/khong-co");

  // In the dark, and in English.
  await page.emulateMedia({ colorScheme: "dark" });
  await look("hop-thu-toi", "/thu");
  await page.locator(".row > a").first().click();
  await look("thu-toi");
  await page.click('.top form[action="/ngon-ngu"] button');
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.match(await page.textContent(".tree"), /Inbox/);
}

// First of all the rules.
const page = await open();
await page.goto(`${base}/dang-nhap`);
await page.fill("[name=tai-khoan]", person);
await page.fill("[name=mat-khau]", args[2]);
await page.click("main button.primary");
await accessible(page);
await picture(page, "trach-nhiem-wide");

// Without script one reads and answers too.
const plain = await open("wide", { javaScriptEnabled: false });
await signIn(plain, unit);
await plain.locator(".row > a").first().click();
assert.ok(await plain.isVisible("article h1"));
await plain.click('[data-key="r"]');
assert.match(await plain.inputValue("[name=tieu-de]"), /^Re: /);
await done();
