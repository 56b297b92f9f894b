use relations_bot::knowledge::{KnowledgeFiles, load};
use relations_bot::matcher::{Matcher, words::WordTable, index::features, coverage::Coverage};
use std::time::Instant;
fn main() {
    let qs: Vec<String> = std::fs::read_to_string("/tmp/w/q.txt").unwrap().lines().map(String::from).collect();
    let m = relations_bot::shipped::matcher().unwrap();
    for _ in 0..2 {
    let mut t=[0.0f64;5];
    let n=qs.len() as f64;
    let s=Instant::now(); let a: Vec<_>=qs.iter().map(|q| m.analyse(q)).collect(); t[0]=s.elapsed().as_secs_f64()*1e6/n;
    let tb=relations_bot::shipped::words().unwrap();
    let s=Instant::now(); for x in &a { std::hint::black_box(features(&x.tokens, tb.as_ref())); } t[1]=s.elapsed().as_secs_f64()*1e6/n;
    let s=Instant::now(); for x in &a { std::hint::black_box(m.index().score(&x.tokens, tb.as_ref())); } t[2]=s.elapsed().as_secs_f64()*1e6/n;
    let s=Instant::now(); for x in &a { let mut c=Coverage::new(x,&m.index().vocabulary, tb.as_ref()); for p in m.index().profiles.iter().step_by(30).take(19) { std::hint::black_box(c.fit(p)); } } t[3]=s.elapsed().as_secs_f64()*1e6/n;
    let s=Instant::now(); for q in &qs { std::hint::black_box(m.find(q)); } t[4]=s.elapsed().as_secs_f64()*1e6/n;
    println!("analyse {:.0} features {:.0} score(incl features) {:.0} coverage19 {:.0} all {:.0}",t[0],t[1],t[2],t[3],t[4]);
    }
    let files = KnowledgeFiles::read(std::path::Path::new("knowledge")).unwrap();
    let s=Instant::now(); let base=load(&files); println!("load {:?}", s.elapsed());
    let s=Instant::now(); let m2=Matcher::train(base.base, files.get("en/words.bin").map(|f| WordTable::new(f.bytes.clone().into()).unwrap())); println!("train {:?} {}", s.elapsed(), m2.index().describe());
}
