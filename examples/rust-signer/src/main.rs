//! Signs texts with a key that never leaves the process, and verifies the signatures.

mod keys;

use std::env;
use std::io::Read;

use serde::{Deserialize, Serialize};
use tiny_http::{Header, Method, Request, Response, Server};

use keys::Key;

const MAX_BODY: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
struct Signed {
    text: String,
    signature: String,
}

#[derive(Serialize)]
struct About {
    openssl: String,
    public_key: String,
}

#[derive(Serialize)]
struct Verdict {
    valid: bool,
}

type Reply = Result<String, (u16, String)>;

fn json<T: Serialize>(value: &T) -> Reply {
    serde_json::to_string(value).map_err(|e| (500, e.to_string()))
}

fn body(request: &mut Request) -> Result<String, (u16, String)> {
    let mut text = String::new();
    let mut limited = request.as_reader().take(MAX_BODY);
    limited.read_to_string(&mut text).map_err(|e| (400, e.to_string()))?;
    Ok(text)
}

fn answer(key: &Key, request: &mut Request) -> Reply {
    match (request.method().clone(), request.url().to_owned().as_str()) {
        (Method::Get, "/") => json(&About {
            openssl: openssl::version::version().to_owned(),
            public_key: key.public_pem().map_err(|e| (500, e.to_string()))?,
        }),
        (Method::Get, "/selftest") => {
            let signature = key.sign(b"selftest").map_err(|e| (500, e.to_string()))?;
            json(&Verdict { valid: key.verify(b"selftest", &signature) })
        }
        (Method::Post, "/sign") => {
            let text = body(request)?;
            let signature = key.sign(text.as_bytes()).map_err(|e| (500, e.to_string()))?;
            json(&Signed { text, signature })
        }
        (Method::Post, "/verify") => {
            let signed: Signed = serde_json::from_str(&body(request)?).map_err(|e| (400, e.to_string()))?;
            json(&Verdict { valid: key.verify(signed.text.as_bytes(), &signed.signature) })
        }
        _ => Err((404, "no such resource".to_owned())),
    }
}

fn main() {
    let address = env::var("LISTEN").unwrap_or_else(|_| "0.0.0.0:7000".to_owned());
    let key = Key::generate().expect("OpenSSL makes P-256 keys");
    let server = Server::http(&address).unwrap_or_else(|e| panic!("{address}: {e}"));
    println!("signer listens on {address}");

    let kind = Header::from_bytes("Content-Type", "application/json").expect("the header is valid");
    for mut request in server.incoming_requests() {
        let (status, text) = match answer(&key, &mut request) {
            Ok(text) => (200, text),
            Err((status, error)) => (status, serde_json::json!({ "error": error }).to_string()),
        };
        let response = Response::from_string(text).with_status_code(status).with_header(kind.clone());
        if let Err(error) = request.respond(response) {
            eprintln!("signer: {error}");
        }
    }
}
