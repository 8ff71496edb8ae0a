use openssl::base64::{decode_block, encode_block};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sign::{Signer, Verifier};

/// An ECDSA key on P-256.
pub struct Key(PKey<Private>);

impl Key {
    pub fn generate() -> Result<Key, ErrorStack> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        Ok(Key(PKey::from_ec_key(EcKey::generate(&group)?)?))
    }

    pub fn public_pem(&self) -> Result<String, ErrorStack> {
        let pem = self.0.public_key_to_pem()?;
        Ok(String::from_utf8(pem).expect("PEM is ASCII"))
    }

    /// The signature of `message` over SHA-256, in base64.
    pub fn sign(&self, message: &[u8]) -> Result<String, ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.0)?;
        Ok(encode_block(&signer.sign_oneshot_to_vec(message)?))
    }

    /// Whether `signature` is one of this key for `message`; what is no signature at all is not.
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        let check = || -> Result<bool, ErrorStack> {
            let signature = decode_block(signature)?;
            Verifier::new(MessageDigest::sha256(), &self.0)?.verify_oneshot(&signature, message)
        };
        check().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_one_text() {
        let key = Key::generate().unwrap();
        let signature = key.sign(b"pay 10").unwrap();
        assert!(key.verify(b"pay 10", &signature));
        assert!(!key.verify(b"pay 99", &signature));
        assert!(!key.verify(b"pay 10", "not base64"));
    }
}
