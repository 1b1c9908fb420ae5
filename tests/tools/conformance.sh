#!/usr/bin/env bash
# conformance.sh DIRECTORY: every XML in it validates against schemas/antrag-1.xsd, every PDF is sound and passes veraPDF.
set -euo pipefail
cd "$(dirname "$0")/../.."
shopt -s nullglob globstar

xmls=("$1"/**/*.xml)
pdfs=("$1"/**/*.pdf)
if [ ${#xmls[@]} -eq 0 ] || [ ${#pdfs[@]} -eq 0 ]; then
  echo "no documents below $1: the browser tests leave those they receive there" >&2
  exit 1
fi
xmllint --noout --nonet --schema schemas/antrag-1.xsd "${xmls[@]}"
for pdf in "${pdfs[@]}"; do qpdf --check "$pdf" >/dev/null || { echo "$pdf: qpdf finds errors" >&2; qpdf --check "$pdf" >&2 || true; exit 1; }; done
tests/tools/verapdf ua1,3a "${pdfs[@]}"
echo "${#xmls[@]} XML valid, ${#pdfs[@]} PDF sound, PDF/UA-1 and PDF/A-3a"
