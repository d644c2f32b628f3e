//! All rows once, on one running server.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::load::{Programs, System};
use super::{process, syscalls};

/// Values of each row.
pub(super) type Figures = BTreeMap<&'static str, Vec<f64>>;
/// What the load programs counted in the answers, by phase.
pub(super) type Answers = BTreeMap<String, Value>;

/// How much is done.
pub(super) struct Counts {
    pub(super) small: u32,
    pub(super) large: u32,
    pub(super) broadcasts: u32,
    pub(super) traced: u32,
    pub(super) folder: u32,
    pub(super) repeats: u32,
    pub(super) idle: u32,
    pub(super) mix_seconds: u32,
}

impl Counts {
    pub(super) const FULL: Self = Self {
        small: 5000,
        large: 500,
        broadcasts: 1000,
        traced: 400,
        folder: 10_000,
        repeats: 3,
        idle: 500,
        mix_seconds: 10,
    };
    pub(super) const TRIAL: Self = Self {
        small: 200,
        large: 20,
        broadcasts: 20,
        traced: 40,
        folder: 500,
        repeats: 1,
        idle: 20,
        mix_seconds: 2,
    };
}

/// One side, with or without TLS.
pub(super) struct Round<'a> {
    pub(super) programs: &'a Programs,
    pub(super) counts: &'a Counts,
    pub(super) tls: bool,
    pub(super) syscalls: bool,
}

impl Round<'_> {
    pub(super) fn carry_out(&self, system: &System) -> Result<(Figures, Answers)> {
        let mut figures = Figures::new();
        let mut put = |row: &'static str, value: f64| figures.entry(row).or_default().push(value);
        put("idle-server", process::pss(&system.roots)? as f64 / 1024.0);
        self.small(system, &mut put)?;
        let counts = self.counts;
        let large = self.deliver(system, &[("-m", counts.large), ("-s", 200 << 10)])?;
        put("delivered-200k", number(&large, "delivered_per_s")?);
        let many = [("-m", counts.broadcasts), ("-s", 4096), ("-r", 10)];
        put(
            "copies",
            number(&self.deliver(system, &many)?, "delivered_per_s")?,
        );
        if self.syscalls {
            let (calls, told) = syscalls::counted(system, || {
                self.deliver(system, &[("-m", counts.traced), ("-s", 4096)])
            })?;
            put("syscalls-4k", calls as f64 / number(&told, "accepted")?);
        }
        let answers = self.imap(system, &mut put)?;
        Ok((figures, answers))
    }

    fn deliver(&self, system: &System, arguments: &[(&str, u32)]) -> Result<Value> {
        let arguments: Vec<String> = arguments
            .iter()
            .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()])
            .collect();
        self.programs.deliver(system, self.tls, &arguments)
    }

    fn small(&self, system: &System, put: &mut impl FnMut(&'static str, f64)) -> Result<()> {
        let before = process::written(&system.roots)?;
        let told = self.deliver(system, &[("-m", self.counts.small), ("-s", 4096)])?;
        let written = process::written(&system.roots)?.saturating_sub(before);
        let messages = number(&told, "accepted")?;
        let server = number(&told, "server_user_s")? + number(&told, "server_sys_s")?;
        put("accepted-4k", number(&told, "accepted_per_s")?);
        put("delivered-4k", number(&told, "delivered_per_s")?);
        put("cpu-4k", server * 1000.0 / messages);
        put("disk-4k", number(&told, "disk_MiB")? * 1048.576 / messages);
        put("writes-4k", number(&told, "disk_writes")? / messages);
        put("written-4k", written as f64 / 1000.0 / messages);
        // The part of the machine's time that was neither the server's nor the load program's.
        let busy = number(&told, "machine_busy_s")?;
        let others = busy - server - number(&told, "client_cpu_s")?;
        put("others", 100.0 * others.max(0.0) / busy.max(0.01));
        Ok(())
    }

    fn imap(&self, system: &System, put: &mut impl FnMut(&'static str, f64)) -> Result<Answers> {
        let counts = self.counts;
        let argument = |name: &str, value: u32| [name.to_owned(), value.to_string()];
        let mut arguments = Vec::new();
        arguments.extend(argument("--count", counts.folder));
        arguments.extend(argument("--runs", counts.repeats));
        arguments.extend(["--box".to_owned(), "Bench".to_owned()]);
        if process::is_root()? {
            let drop_caches = "sync; echo 3 >/proc/sys/vm/drop_caches".to_owned();
            arguments.extend(["--cold-cmd".to_owned(), drop_caches]);
        }
        // FETCH before SELECT is timed: nobody has asked for these messages yet.
        let phases = "fill,flags,env,struct,bodies,search,store,append,login";
        let told = self.programs.imap(system, self.tls, phases, &arguments)?;
        for (row, phase, key) in [
            ("flags", "fetch FLAGS", "median_ms"),
            ("envelope", "fetch ENVELOPE", "median_ms"),
            ("envelope-first", "fetch ENVELOPE", "cold_ms"),
            ("structure", "fetch BODYSTRUCTURE", "median_ms"),
            ("structure-first", "fetch BODYSTRUCTURE", "cold_ms"),
            ("bodies", "fetch 200 bodies", "median_per_s"),
            ("search-subject", "search SUBJECT", "median_ms"),
            ("search-body", "search BODY", "median_ms"),
            ("search-text", "search TEXT", "median_ms"),
            ("store", "store 1000 one command", "median_ms"),
            ("append", "append 500 x 8 KiB one by one", "median_per_s"),
            ("login", "login+select", "median_ms"),
        ] {
            put(row, number(&told[phase], key).context(phase)?);
        }
        let mut arguments = Vec::new();
        arguments.extend(argument("--idle", counts.idle));
        arguments.extend(argument("--mix-seconds", counts.mix_seconds));
        let over_all = self
            .programs
            .imap(system, self.tls, "idle,mix", &arguments)?;
        let idle = &over_all[format!("memory, {} connections, idle", counts.idle)];
        put("idle-memory", number(idle, "pss_KiB_each")?);
        put("idle-kernel", number(idle, "kernel_KiB_each")?);
        put("idle-500", number(idle, "open_s")?);
        put("mix", number(&over_all["mix"], "commands_per_s")?);
        Ok(answers(&told))
    }
}

fn number(told: &Value, key: &str) -> Result<f64> {
    match told[key].as_f64() {
        Some(number) => Ok(number),
        None => bail!("no {key} in {told}"),
    }
}

/// Messages told, hits found.
fn answers(told: &Value) -> Answers {
    let phases = told.as_object().into_iter().flatten();
    phases
        .filter_map(|(phase, told)| Some((phase.clone(), told.get("count")?.clone())))
        .filter(|(_, count)| !count.is_null())
        .collect()
}
