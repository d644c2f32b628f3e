//! Large messages in an S3 bucket: a real S3 server, and the server killed, cut off and damaged
//! (`tests/clients/s3.py`).

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::command_line::{Serving, System};
use crate::harness::{Database, Output, S3, congvu, postgres_wanted, script, signal, wait_until};

/// A system on a bucket, with three mailboxes.
struct Ground {
    s3: S3,
    system: System,
    serving: Serving,
    accounts: Vec<(String, String)>,
}

impl Ground {
    fn start(database: Option<Database>) -> Self {
        let s3 = S3::start();
        let system = System::init(database);
        let accounts = ["an", "binh", "chi"]
            .map(|name| {
                let address = format!("{name}@tinh.example");
                let password = system.add(&address, name);
                (address, password)
            })
            .to_vec();
        let serving = serve(&system, &s3);
        let ground = Self {
            s3,
            system,
            serving,
            accounts,
        };
        ground.describe();
        ground
    }

    /// The same system, as `demo.json` describes one.
    fn describe(&self) {
        let accounts = self.accounts.iter();
        let accounts =
            accounts.map(|(address, password)| json!({"address": address, "password": password}));
        let described = json!({
            "smtp": self.serving.smtp, "submissions": self.serving.submissions, "imaps": self.serving.imaps,
            "pop3s": self.serving.pop3s, "ca": self.serving.ca, "accounts": accounts.collect::<Vec<_>>(),
        });
        std::fs::write(self.described(), described.to_string()).unwrap();
    }

    fn described(&self) -> PathBuf {
        self.system.dir.join("mo-ta.json")
    }

    #[track_caller]
    fn step(&self, step: &str, arguments: &[&str]) {
        let state = self.system.dir.join("da-gui.json");
        script("s3.py", &self.described())
            .args([step, state.to_str().unwrap()])
            .args(arguments)
            .within(240)
            .run()
            .ok();
    }

    /// SIGKILL, and started again.
    fn kill(&mut self) {
        signal("KILL", &self.serving.server.id());
        self.serving.server.wait(Duration::from_secs(10));
        self.serving = serve(&self.system, &self.s3);
        self.describe();
    }

    fn verify(&self) -> Output {
        let config = self.system.config();
        let verify = congvu(["verify", "--config", config.to_str().unwrap()]);
        let settings = self.s3.settings().into_iter();
        settings
            .fold(verify, |verify, (name, value)| verify.env(name, value))
            .within(60)
            .run()
    }

    /// The objects that `work` adds to the bucket.
    fn added(&self, work: impl FnOnce()) -> Vec<PathBuf> {
        let before = self.s3.objects();
        work();
        let mut added = self.s3.objects();
        added.retain(|object| !before.contains(object));
        added
    }
}

fn serve(system: &System, s3: &S3) -> Serving {
    let settings = s3.settings();
    let settings: Vec<_> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Serving::start(system, &settings)
}

fn there_and_back(mut ground: Ground) {
    let everybody = ["an@tinh.example", "binh@tinh.example", "chi@tinh.example"];
    assert_eq!(
        ground.s3.objects().len(),
        0,
        "the check at the start leaves nothing"
    );
    let added = ground.added(|| ground.step("fill", &everybody));
    assert_eq!(
        added.len(),
        3,
        "one object a large message, and none for a small one: {added:?}"
    );
    ground.step("read", &[]);
    ground.kill();
    ground.step("read", &[]);
    ground.verify().ended(0).says(&["không thấy chỗ nào sai"]);

    ground.step("cut", &["an@tinh.example"]);
    wait_until(20, "the half upload is removed", || {
        (ground.s3.half_uploads() == 0).then_some(())
    });

    ground.s3.stop();
    ground.step("refused", &["an@tinh.example"]);
    ground
        .verify()
        .ended(1)
        .says(&["không kiểm tra được đến cuối"]);
    ground.s3.go_on();
    ground.step("send", &["an@tinh.example", "tro-lai"]);
    ground.step("read", &[]);
    ground.verify().ended(0);

    let gone = ground.added(|| ground.step("send", &["an@tinh.example", "mat"]));
    let cut = ground.added(|| ground.step("send", &["an@tinh.example", "ngan"]));
    let flipped = ground.added(|| ground.step("send", &["an@tinh.example", "hong"]));
    ground.step("send", &["an@tinh.example", "sau"]);
    std::fs::remove_file(&gone[0]).unwrap();
    let mut octets = std::fs::read(&flipped[0]).unwrap();
    let middle = octets.len() / 2;
    octets[middle] ^= 0x40;
    std::fs::write(&flipped[0], octets).unwrap();
    let file = std::fs::File::options().write(true).open(&cut[0]).unwrap();
    file.set_len(300_000).unwrap();
    let found = ground.verify().ended(1);
    found.says(&["is missing", "has 300000 bytes", "3 chỗ sai"]);
    ground.step("spoiled", &["an@tinh.example", "mat", "ngan", "hong"]);
    ground.serving.server.stop();
}

#[test]
fn there_and_back_on_sqlite() {
    there_and_back(Ground::start(None));
}

#[test]
fn there_and_back_on_postgres() {
    if postgres_wanted() {
        there_and_back(Ground::start(Some(Database::create())));
    }
}

/// What is wrong with the settings is told at the start; a server that does not answer is waited for.
#[test]
fn a_bucket_that_cannot_be_used_is_told_at_the_start() {
    let mut s3 = S3::start();
    let system = System::init(None);
    let config = system.config();
    let config = config.to_str().unwrap();
    let run = |command: &[&str], wrong: &str, value: &str| {
        let program = congvu(command.iter().chain(&["--config", config]));
        let settings = s3.settings().into_iter();
        let program = settings.fold(program, |program, (name, right)| {
            program.env(name, if name == wrong { value } else { &right })
        });
        program.run()
    };
    let bucket = "CONGVU_BLOBS__S3_BUCKET";
    let check = ["config", "check"];
    run(&check, bucket, "thu").ended(0);
    for (name, key) in [
        (bucket, "blobs.s3_bucket"),
        ("CONGVU_BLOBS__S3_ENDPOINT", "blobs.s3_endpoint"),
        ("CONGVU_BLOBS__S3_ACCESS_KEY", "blobs.s3_access_key"),
        ("CONGVU_BLOBS__S3_SECRET_KEY", "blobs.s3_secret_key"),
        ("CONGVU_BLOBS__S3_ALLOW_HTTP", "blobs.s3_endpoint"),
    ] {
        let none = if key == "blobs.s3_endpoint" && name.ends_with("HTTP") {
            "false"
        } else {
            ""
        };
        run(&check, name, none).ended(1).says(&[key]);
        run(&["serve"], name, none).ended(1).says(&[key]);
    }
    for (name, value, said) in [
        (bucket, "khong-co", "NoSuchBucket"),
        ("CONGVU_BLOBS__S3_ACCESS_KEY", "nguoi-la", "NotSignedUp"),
        (
            "CONGVU_BLOBS__S3_SECRET_KEY",
            "sai",
            "SignatureDoesNotMatch",
        ),
    ] {
        let told = run(&["serve"], name, value).ended(1);
        told.says(&[said, "không cho dùng bucket", "blobs.s3_*"])
            .never_says("khoa-bi-mat");
    }
    s3.stop();
    let mut serving = serve(&system, &s3);
    assert!(
        serving.server.printed().contains("cannot be reached"),
        "{}",
        serving.server.printed()
    );
    serving.server.stop();
}
