//! The XMP packet: title, dates, and the claim to be PDF/A-3a and PDF/UA-1.

use jiff::Timestamp;

/// What made the file.
pub(super) const PRODUCER: &str = concat!("Antragsassistent ", env!("CARGO_PKG_VERSION"));

/// What XMP and the document information both say.
pub(super) struct About<'a> {
    /// Title.
    pub(super) title: &'a str,
    /// Language, BCP 47.
    pub(super) language: &'a str,
    /// Who publishes it.
    pub(super) publisher: &'a str,
    /// When the application was submitted.
    pub(super) at: Option<Timestamp>,
}

/// The packet. PDF/A wants it uncompressed and every namespace outside XMP described (ISO 19005-3, 6.6.2.3).
pub(super) fn packet(about: &About<'_>) -> String {
    let date = about.at.map_or_else(String::new, |at| {
        let at = at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!("<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>")
    });
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n\
         <dc:format>application/pdf</dc:format>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <dc:publisher><rdf:Bag><rdf:li>{publisher}</rdf:li></rdf:Bag></dc:publisher>\n\
         <xmp:CreatorTool>{producer}</xmp:CreatorTool>{date}<pdf:Producer>{producer}</pdf:Producer>\n\
         <pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n\
         </rdf:Description>\n{EXTENSION}</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
        title = escape(about.title),
        language = escape(about.language),
        publisher = escape(about.publisher),
        producer = escape(PRODUCER),
    )
}

/// PDF/A knows no `pdfuaid`: this says what it is.
const EXTENSION: &str = "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n";

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_claims_both_standards_and_escapes_the_title() {
        let packet = packet(&About { title: "A & <B>", language: "de", publisher: "C", at: None });
        assert!(packet.contains("<pdfaid:part>3<") && packet.contains("<pdfuaid:part>1<"));
        assert!(packet.contains("A &amp; &lt;B&gt;") && !packet.contains("CreateDate"));
    }
}
