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
# The unit tests leave every shape of PDF here: all kinds of question, longest, emptest, 20 pages, TEST, and some spoilt on purpose.
samples=target/pdf-samples
pdfs+=("$samples"/*.pdf)
spoilt=("$samples"/falsch/*.pdf)
for pdf in "${pdfs[@]}"; do
  said=$(qpdf --check "$pdf" 2>&1) || { printf '%s\n%s: qpdf finds errors\n' "$said" "$pdf" >&2; exit 1; }
done
tests/tools/verapdf/check "${pdfs[@]}"
[ ${#spoilt[@]} -eq 0 ] || tests/tools/verapdf/check --wrong "${spoilt[@]}"
echo "${#xmls[@]} XML valid; ${#pdfs[@]} PDF sound, PDF/UA-1 and PDF/A-3a; ${#spoilt[@]} spoilt PDF found out"
