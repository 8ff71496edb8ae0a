use std::collections::HashMap;

use regex::Regex;
use serde::Serialize;

/// A word in lower case and how often it occurs.
#[derive(Debug, PartialEq, Serialize)]
pub struct Word {
    pub text: String,
    pub count: usize,
}

/// The words of `text` that have at least `min_length` letters, the most frequent first.
pub fn count(text: &str, min_length: usize) -> Vec<Word> {
    let pattern = Regex::new(r"\p{L}+(?:['’]\p{L}+)*").expect("the pattern is valid");
    let mut counts = HashMap::new();
    for found in pattern.find_iter(text) {
        let word = found.as_str().to_lowercase();
        if word.chars().count() >= min_length {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    let mut words: Vec<Word> = counts.into_iter().map(|(text, count)| Word { text, count }).collect();
    words.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_without_regard_to_case() {
        let words = count("Rose is a rose is a rose", 2);
        assert_eq!(words[0], Word { text: "rose".into(), count: 3 });
        assert_eq!(words[1], Word { text: "is".into(), count: 2 });
    }

    #[test]
    fn keeps_apostrophes() {
        assert_eq!(count("don't", 1)[0].text, "don't");
    }
}
