// A new system: what its first page leads to, before and after the DNS says what it should.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address, moment] = args;
const page = await open();
await signIn(page, address);

/** The steps: their titles, and whether they are done. */
async function steps() {
  await page.goto(`${base}/quan-ly/khoi-dau`);
  return page.locator("ol.begin > li").evaluateAll((items) =>
    items.map((item) => [item.querySelector("h2").lastChild.textContent.trim(), item.hasAttribute("data-done")]),
  );
}

if (moment === "new") {
  // What is to be done stands on the first page of the console.
  await page.goto(`${base}/quan-ly`);
  await page.click('main a[href="/quan-ly/khoi-dau"]');
  const found = await steps();
  assert.equal(found.length, 7);
  assert.deepEqual(
    found.filter(([, isDone]) => isDone).map(([title]) => title),
    ["1. Tên miền và quy chế"],
  );
  assert.match(await page.textContent("main"), /tinh\.example\. MX/);
  // Each step leads somewhere.
  const links = await page.locator("ol.begin a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.equal(links.length, 7);
  for (const link of links) {
    const answer = await page.goto(base + link);
    assert.equal(answer.status(), 200, link);
  }
} else {
  await page.goto(`${base}/quan-ly`);
  assert.equal(await page.locator('main a[href="/quan-ly/khoi-dau"]').count(), 0);
  // The name server takes a moment to read its zone again.
  for (let n = 0; n < 50; n += 1) {
    await page.goto(`${base}/quan-ly/khoi-dau/dns`);
    if ((await page.locator('td [data-state="active"]').count()) === (await page.locator("tbody tr").count())) {
      break;
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
  assert.match(await page.textContent("main [role=status]"), /Mọi bản ghi đã đúng/);
  const isDone = Object.fromEntries(await steps());
  for (const title of ["3. Bản ghi DNS", "5. Danh sách cơ quan, đơn vị", "6. Hộp thư đầu tiên"]) {
    assert.ok(isDone[title], `${title}: ${JSON.stringify(isDone)}`);
  }
  // The certificate is the installation's own; one person alone decides; nothing has gone out yet.
  for (const title of ["2. Chứng thư TLS", "4. Cơ quan quản lý và người quản trị", "7. Thư đầu tiên"]) {
    assert.ok(!isDone[title], title);
  }
  assert.match(await page.textContent("ol.begin > li:last-child"), /Nhận từ bên ngoài: \d/);
}

for (const [name, path] of [
  ["khoi-dau", "/quan-ly/khoi-dau"],
  ["dns", "/quan-ly/khoi-dau/dns"],
]) {
  await page.goto(base + path);
  for (const size of Object.keys(SIZES)) {
    await page.setViewportSize(SIZES[size]);
    await accessible(page);
    await picture(page, `${name}-${moment}-${size}`);
  }
  await page.setViewportSize(SIZES.wide);
}
// What is to be declared, for whoever declares it.
for (const row of await page.locator("tbody tr").all()) {
  const [name, kind, value] = await Promise.all([row.locator("th"), row.locator("td").nth(0), row.locator("td").nth(1)].map((cell) => cell.innerText()));
  console.log(`${name} ${kind} ${value}`);
}
await done();
