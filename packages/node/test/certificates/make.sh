#!/bin/sh
# Makes the certificates of the TLS tests: valid for a century, but for the one that has expired. Run it here; needs
# openssl 3. The .pem files are kept in the repository, so that the tests need nothing.
set -eu

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1-key.pem" 2>/dev/null; }

# sign NAME SUBJECT EXTENSIONS DAYS
sign() {
  new_key "$1"
  openssl req -new -key "$1-key.pem" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority-key.pem -CAcreateserial \
    -days "$4" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
}

new_key authority
openssl req -x509 -new -key authority-key.pem -subj "/CN=Gundam test authority" -days 36500 -out authority.pem

sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" 36500
sign expired localhost "subjectAltName=DNS:localhost,IP:127.0.0.1" -1
sign wrong-host elsewhere.example "subjectAltName=DNS:elsewhere.example" 36500
sign client "Gundam test client" "extendedKeyUsage=clientAuth" 36500

new_key self-signed
openssl req -x509 -new -key self-signed-key.pem -subj "/CN=localhost" -addext "subjectAltName=DNS:localhost" \
  -days 36500 -out self-signed.pem

rm authority.srl
