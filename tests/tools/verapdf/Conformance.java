import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;

/** Holds PDF files against PDF/UA-1 and PDF/A-3a and names every broken rule once per file. */
public final class Conformance {
    /** A standard: its flavour, its profile inside the engine, and how many rules that must at least have. */
    private record Standard(String flavour, String profile, int rules) {}

    private static final List<Standard> STANDARDS =
            List.of(new Standard("ua1", "PDFUA-1", 100), new Standard("3a", "PDFA-3A", 140));

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        List<String> files = new ArrayList<>(List.of(arguments));
        boolean expectWrong = files.remove("--wrong");
        Set<String> wrong = new LinkedHashSet<>();
        for (Standard standard : STANDARDS) {
            ValidationProfile profile = new ProfileReader(standard).read();
            for (String file : files) {
                if (!check(file, standard, profile)) {
                    wrong.add(file);
                }
            }
        }
        if (expectWrong) {
            files.removeAll(wrong);
            files.forEach(file -> System.out.println("MISSED: nothing wrong was found in " + file));
            System.exit(files.isEmpty() ? 0 : 1);
        }
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static boolean check(String file, Standard standard, ValidationProfile profile) {
        PDFAFlavour flavour = PDFAFlavour.fromString(standard.flavour());
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour)) {
            ValidationResult result =
                    Foundries.defaultInstance().createValidator(profile, 10_000, false, true, false).validate(parser);
            if (result.isCompliant()) {
                System.out.printf("ok    %-4s %s (%d checks)%n", standard.flavour(), file, result.getTotalAssertions());
                return true;
            }
            System.out.printf("WRONG %-4s %s%n", standard.flavour(), file);
            Map<String, List<TestAssertion>> broken = new LinkedHashMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + " test " + assertion.getRuleId().getTestNumber();
                    broken.computeIfAbsent(rule, any -> new ArrayList<>()).add(assertion);
                }
            }
            broken.forEach((rule, cases) -> System.out.printf("      clause %s, %d times: %s%n            first at %s%n",
                    rule, cases.size(), text(cases.get(0)), cases.get(0).getLocation().getContext()));
        } catch (Exception trouble) {
            System.out.printf("WRONG %-4s %s: cannot be read: %s%n", standard.flavour(), file, trouble);
        }
        return false;
    }

    private static String text(TestAssertion assertion) {
        return assertion.getErrorMessage() == null ? assertion.getMessage() : assertion.getErrorMessage();
    }

    /** Reads a rule profile as a stream: the engine's own reader wants a JAXB runtime, which is not in the jar. */
    private static final class ProfileReader {
        private final Standard standard;
        private final Set<Rule> rules = new LinkedHashSet<>();
        private final Set<Variable> variables = new LinkedHashSet<>();
        /** Attributes and texts of the rule or variable that is being read. */
        private final Map<String, String> parts = new LinkedHashMap<>();
        private final List<ErrorArgument> arguments = new ArrayList<>();

        ProfileReader(Standard standard) {
            this.standard = standard;
        }

        ValidationProfile read() throws Exception {
            String path = "/org/verapdf/pdfa/validation/" + standard.profile() + ".xml";
            try (InputStream in = Conformance.class.getResourceAsStream(path)) {
                XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
                StringBuilder text = new StringBuilder();
                while (xml.hasNext()) {
                    switch (xml.next()) {
                        case XMLStreamConstants.START_ELEMENT -> {
                            text.setLength(0);
                            begin(xml);
                        }
                        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                        case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName(), text.toString());
                        default -> { }
                    }
                }
            }
            // A profile that was read wrongly would find nothing wrong.
            if (rules.size() < standard.rules()) {
                throw new IllegalStateException(standard.profile() + ": only " + rules.size() + " rules were read");
            }
            return Profiles.profileFromValues(PDFAFlavour.fromString(standard.flavour()),
                    Profiles.profileDetailsFromValues(standard.profile(), standard.profile(), "veraPDF", new Date(0)),
                    "", rules, variables);
        }

        private void begin(XMLStreamReader xml) {
            String element = xml.getLocalName();
            if (element.equals("rule") || element.equals("variable")) {
                parts.clear();
                arguments.clear();
            }
            for (int i = 0; i < xml.getAttributeCount(); i++) {
                parts.put(element + "/" + xml.getAttributeLocalName(i), xml.getAttributeValue(i));
            }
        }

        private void end(String element, String text) {
            switch (element) {
                case "argument" -> arguments.add(ErrorArgumentImpl.fromValues(text, null, null));
                case "rule" -> rules.add(rule());
                case "variable" -> variables.add(Profiles.variableFromValues(parts.get("variable/name"),
                        parts.get("variable/object"), part("defaultValue"), part("value")));
                default -> parts.putIfAbsent(element, text);
            }
        }

        private Rule rule() {
            PDFAFlavour.Specification norm = PDFAFlavour.Specification.valueOf(parts.get("id/specification"));
            int number = Integer.parseInt(parts.get("id/testNumber"));
            String deferred = parts.get("rule/deferred");
            return Profiles.ruleFromValues(Profiles.ruleIdFromValues(norm, parts.get("id/clause"), number),
                    parts.get("rule/object"), deferred == null ? null : Boolean.valueOf(deferred), parts.get("rule/tags"),
                    part("description"), part("test"),
                    Profiles.errorFromValues(part("message"), new ArrayList<>(arguments)), new ArrayList<>());
        }

        private String part(String name) {
            return parts.getOrDefault(name, "");
        }
    }
}
