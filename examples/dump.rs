use std::io::BufRead;
fn main() {
    let files = relations_bot::knowledge::KnowledgeFiles::read(std::path::Path::new("knowledge")).unwrap();
    let t = std::time::Instant::now();
    let loaded = relations_bot::knowledge::load(&files);
    for fault in &loaded.faults { eprintln!("{fault}"); }
    let base = loaded.usable().unwrap();
    eprintln!("load {:?} facts {} phrasings {}", t.elapsed(), base.facts.len(), base.facts.iter().map(|f| f.phrasings.len()).sum::<usize>());
    let table = files.get("en/words.bin").map(|f| relations_bot::matcher::words::WordTable::new(f.bytes.clone().into()).unwrap());
    let t = std::time::Instant::now();
    let m = relations_bot::matcher::Matcher::train(base, table);
    eprintln!("train {:?} {}", t.elapsed(), m.index().describe());
    let t = std::time::Instant::now();
    let bytes = postcard::to_allocvec(m.index()).unwrap();
    eprintln!("write {:?} {} bytes", t.elapsed(), bytes.len());
    let t = std::time::Instant::now();
    let _i: relations_bot::matcher::index::Index = postcard::from_bytes(&bytes).unwrap();
    eprintln!("read {:?}", t.elapsed());
    let mut times = vec![];
    for line in std::io::stdin().lock().lines() {
        let q = line.unwrap();
        let t = std::time::Instant::now();
        let f = m.find(&q);
        times.push(t.elapsed());
        let c: Vec<_> = f.candidates.iter().map(|c| serde_json::json!({"fact": m.base().facts[c.fact].id, "answer": m.base().facts[c.fact].answer, "confidence": c.confidence, "e": c.evidence, "rank": 0})).collect();
        println!("{}", serde_json::json!({"q": q, "polar": f.analysis.polar, "repairs": f.analysis.repairs, "literal": f.literal, "candidates": c, "tokens": f.analysis.tokens.iter().map(|t| t.concept.clone()).collect::<Vec<_>>()}));
    }
    times.sort();
    if !times.is_empty() { eprintln!("p50 {:?} p99 {:?}", times[times.len()/2], times[times.len()*99/100]); }
}
