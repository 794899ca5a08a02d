//! temp
fn main() {
    let g = gongkai::Grammars::built_in().unwrap();
    let p = std::env::args().nth(1).unwrap();
    let b = std::fs::read(&p).unwrap();
    let d = gongkai::disclosure(&p, &b, &g, &gongkai::read::Limits::default()).unwrap();
    println!("{}", serde_json::to_string(&d).unwrap());
}
