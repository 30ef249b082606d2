use account_connections::testing::{session::Session, subject::{Model, Reply, Subject}};
use account_connections_conformance::{Judge, Profile, report::*, trace::*};

fn record(seed: u64, calls: usize) -> (Header, Vec<Call>) {
    let mut model = Model::default().with_limits(Session::LIMITS);
    let mut session = Session::new(seed);
    let mut header = Header::new();
    header.limits = Session::LIMITS;
    header.begins = Begins::Empty;
    header.host_complete = true;
    let mut out = Vec::new();
    for _ in 0..calls {
        let draft = session.next_draft();
        if draft.operation == "ProvisioningAuthority" { continue; }
        model.set_time(draft.context.now);
        let reply = model.call_with_id(draft.context.caller, draft.operation, &draft.input, draft.context.fresh_id);
        match &reply {
            Reply::Answer(a) => session.learn_shown(&draft, Ok(a)),
            Reply::Error { kind, .. } => session.learn_shown(&draft, Err(kind)),
            Reply::Unknown => {}
        }
        let mut call = Call::new(draft.context.caller.account, draft.context.caller.region, draft.operation, draft.input.clone(), reply);
        call.start = Some(draft.context.now);
        call.end = Some(draft.context.now);
        out.push(call);
    }
    (header, out)
}

fn judge(header: &Header, calls: &[Call]) -> Report {
    let mut judge = Judge::new(header.clone(), Profile::default());
    for (n, call) in calls.iter().enumerate() {
        let mut place = Place::default();
        place.line = n as u64 + 1;
        judge.call(place, call.clone());
    }
    if std::env::var("DUMP").is_ok() { for (n, c) in calls.iter().enumerate() { println!("DUMP {} {c}", n+1); } }
    judge.finish()
}

fn show(name: &str, seed: u64, report: &Report) {
    println!("{name} seed {seed}: {:?} {:?}", report.verdict, report.lines);
    for f in report.findings.iter().take(3) {
        println!("  {} {} {}\n   caller {} {}\n   input {}\n   diff {:?}\n   reply {:?}\n   expected {:?}", f.place, f.rule(), f.call.operation, f.call.account, f.call.region, f.call.input, f.differences, f.call.reply, f.expected);
        for (p, c) in &f.script { println!("      {p} {} {} {} -> {:?}", c.account, c.operation, c.input, c.reply); }
    }
    let mut why = std::collections::BTreeMap::<String, usize>::new();
    for j in &report.judged { if let Judged::NotCheckable(w) | Judged::Narrowed(w) = &j.as_what { *why.entry(w.clone()).or_default() += 1; } }
    println!("  {why:?}");
}

#[test]
fn plain() {
    let mode = std::env::var("MODE").unwrap_or_default();
    let mut bad = 0;
    for seed in 0..std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(10) {
        let (mut header, mut calls) = record(seed, 2000);
        for m in mode.split(',') {
            match m {
                "middle" => { header.begins = Begins::Unknown; calls.drain(..300); }
                "noreads" => calls.retain(|c| !c.operation.starts_with("Get") && !c.operation.starts_with("List")),
                "nohost" => { header.host_complete = false; calls.retain(|c| !["ReportDeployment", "CleanUpResources", "ListProvisionedResources"].contains(&c.operation.as_str())) },
                "notimes" => for c in &mut calls { c.start = None; c.end = None; },
                "lost" => { let mut n = 0; for c in &mut calls { n += 1; if n % 29 == 0 { c.reply = Reply::Unknown; } } }
                "hidden" => for c in &mut calls {
                    for m in ["roleArn", "spec", "description", "codebuildRoleArn", "componentRoleArn", "statusMessage", "valueString"] { c.hidden.insert(m.into()); }
                    fn hide(v: &mut serde_json::Value, names: &std::collections::BTreeSet<String>) { match v { serde_json::Value::Object(m) => for (k, v) in m.iter_mut() { if names.contains(k) && !v.is_null() { *v = serde_json::json!("HIDDEN_DUE_TO_SECURITY_REASONS"); } else { hide(v, names); } }, serde_json::Value::Array(a) => a.iter_mut().for_each(|v| hide(v, names)), _ => {} } }
                    let h = c.hidden.clone();
                    hide(&mut c.input, &h);
                    if let Reply::Answer(a) = &mut c.reply { hide(a, &h); }
                },
                _ => {}
            }
        }
        let report = judge(&header, &calls);
        if !report.findings.is_empty() || seed == 0 { show(&mode, seed, &report); }
        bad += report.findings.len();
    }
    println!("BAD {bad}");
}
