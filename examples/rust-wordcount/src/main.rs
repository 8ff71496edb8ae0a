//! Counts the words of files or of standard input.

mod count;

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use count::{count, Word};

#[derive(Parser)]
#[command(version, about)]
struct Args {
    /// Files to read; standard input when there is none
    files: Vec<PathBuf>,

    /// How many words to print
    #[arg(short = 'n', long, default_value_t = 10)]
    top: usize,

    /// Ignore words that are shorter
    #[arg(short, long, default_value_t = 1)]
    min_length: usize,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn read(files: &[PathBuf]) -> Result<String, String> {
    let mut text = String::new();
    if files.is_empty() {
        io::stdin().read_to_string(&mut text).map_err(|e| e.to_string())?;
    }
    for file in files {
        let part = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        text.push_str(&part);
        text.push('\n');
    }
    Ok(text)
}

fn print(words: &[Word], json: bool) {
    if json {
        println!("{}", serde_json::to_string(words).expect("words are plain data"));
        return;
    }
    for word in words {
        println!("{:>7} {}", word.count, word.text);
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    match read(&args.files) {
        Ok(text) => {
            let mut words = count(&text, args.min_length);
            words.truncate(args.top);
            print(&words, args.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("wordcount: {error}");
            ExitCode::FAILURE
        }
    }
}
