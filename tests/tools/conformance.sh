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
xmls+=(schemas/beispiele/antrag.xml)
xmllint --noout --nonet --schema schemas/antrag-1.xsd "${xmls[@]}"
xmllint --noout --nonet schemas/beispiele/intelliform.xml
# The unit tests leave every shape of PDF here: all kinds of question, longest, emptest, 20 pages, TEST, logo, and some spoilt on
# purpose, without which nobody would know that the checks see anything.
samples=target/pdf-samples
pdfs+=("$samples"/*.pdf)
for name in StructTreeRoot Lang ToUnicode OutputIntents AF XML Alt; do
  [ -f "$samples/falsch/ohne-$name.pdf" ] || { echo "$samples/falsch/ohne-$name.pdf is missing: cargo test document::pdf writes it" >&2; exit 1; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# holds_xml PDF: the XML is in it; the very one that lies beside it, if one does. Only a preview has none.
holds_xml() {
  rm -f "$scratch/XML-Daten.xml"
  pdfdetach -saveall -o "$scratch" "$1" >/dev/null 2>&1 && [ -s "$scratch/XML-Daten.xml" ] || return 1
  [ ! -f "${1%.pdf}.xml" ] || cmp -s "$scratch/XML-Daten.xml" "${1%.pdf}.xml"
}

for pdf in "${pdfs[@]}"; do
  said=$(qpdf --check "$pdf" 2>&1) || { printf '%s\n%s: qpdf finds errors\n' "$said" "$pdf" >&2; exit 1; }
  [[ ${pdf##*/} == vorschau* ]] || holds_xml "$pdf" || { echo "$pdf: its XML is missing or another one" >&2; exit 1; }
done
spoilt=()
for pdf in "$samples"/falsch/*.pdf; do
  # What is found out here needs no second finder.
  if holds_xml "$pdf"; then spoilt+=("$pdf"); elif [[ $pdf != */ohne-XML.pdf ]]; then echo "$pdf: has lost its XML too" >&2; exit 1; fi
done
[[ " ${spoilt[*]} " != */ohne-XML.pdf\ * ]] || { echo "a PDF without its XML was not found out" >&2; exit 1; }
tests/tools/verapdf/check "${pdfs[@]}"
tests/tools/verapdf/check --wrong "${spoilt[@]}"
echo "${#xmls[@]} XML valid; ${#pdfs[@]} PDF sound, PDF/UA-1 and PDF/A-3a; $((${#spoilt[@]} + 1)) spoilt PDF found out"
