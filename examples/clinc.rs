use relations_bot::knowledge::{KnowledgeFiles, load};
use relations_bot::matcher::{Matcher, words::WordTable};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let files = KnowledgeFiles::read(std::path::Path::new(&a[1])).unwrap();
    let base=load(&files).base;
    let table = Some(WordTable::new(std::fs::read("knowledge/en/words.bin").unwrap().into()).unwrap());
    let t2 = Some(WordTable::new(std::fs::read("knowledge/en/words.bin").unwrap().into()).unwrap());
    let m=Matcher::train(base, table);
    let (mut n, mut ok, mut okr)=(0,0,0);
    for l in std::fs::read_to_string(&a[2]).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(l).unwrap();
        let q=v["q"].as_str().unwrap(); let i=v["intent"].as_str().unwrap().replace('_',"-").to_lowercase();
        let f=m.find(q);
        let s=m.index().score(&f.analysis.tokens, t2.as_ref());
        let name=|c:u32| m.base().facts[c as usize].id.clone();
        n+=1; if name(s.classes[0].class)==i {ok+=1}
        if m.base().facts[f.candidates[0].fact].id==i {okr+=1}
        if a.len()>3 { println!("{}", serde_json::json!({"q":q,"i":i,"c": f.candidates.iter().map(|c| serde_json::json!({"f":m.base().facts[c.fact].id,"e":c.evidence})).collect::<Vec<_>>()})); }
    }
    eprintln!("n {n} score {:.2} rank {:.2}  landmarks {}", 100.0*ok as f64/n as f64, 100.0*okr as f64/n as f64, m.index().describe());
}
