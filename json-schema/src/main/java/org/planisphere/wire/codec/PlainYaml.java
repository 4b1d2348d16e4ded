package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactoryBuilder;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/** YAML that says no more than JSON can: without anchors, aliases, tags and merge keys, wherever they stand. */
final class PlainYaml extends YAMLFactory {
    private static final long serialVersionUID = 1L;

    PlainYaml(YAMLFactoryBuilder builder) {
        super(builder);
    }

    JsonParser parser(String text, Faults faults) throws IOException {
        refuseWhatIsSlowToScan(text, faults);
        Reader reader = new StringReader(text);
        IOContext context = _createContext(_createContentReference(reader), false);
        return new Parser(context, _parserFeatures, _yamlParserFeatures, _loaderOptions, _objectCodec, reader, faults);
    }

    /**
     * The scanner looks ahead up to a kilobyte for the end of each open bracket, and copies a line as it grows. What
     * would cost it much is seen here in one pass: a very long line, and far more brackets opened than closed (so many
     * that texts with brackets in them stay clear of it).
     */
    private static void refuseWhatIsSlowToScan(String text, Faults faults) throws Unreadable {
        int start = 0;
        int open = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '\n' : text.charAt(i);
            if (c == '\n') {
                if (i - start > Limits.YAML_LINE) {
                    throw refuse(faults, "A line of YAML is longer than " + Limits.YAML_LINE + " characters.");
                }
                start = i + 1;
            } else if (c == '[' || c == '{') {
                if (++open > Limits.YAML_OPEN) {
                    throw refuse(faults, "Nested deeper than " + Limits.DEPTH + ".");
                }
            } else if (c == ']' || c == '}') {
                open--;
            }
        }
    }

    private static Unreadable refuse(Faults faults, String detail) {
        faults.add("", detail);
        return new Unreadable(detail);
    }

    private static final class Parser extends YAMLParser {
        private final Faults faults;

        Parser(
                IOContext context,
                int parserFeatures,
                int yamlFeatures,
                LoaderOptions options,
                @Nullable ObjectCodec codec,
                Reader reader,
                Faults faults) {
            super(context, parserFeatures, yamlFeatures, options, codec, reader);
            this.faults = faults;
        }

        @Override
        @SuppressWarnings("NullAway") // null at the end is the contract of getEvent
        protected @Nullable Event getEvent() throws IOException {
            Event event = super.getEvent();
            if (event instanceof NodeEvent) {
                if (event instanceof AliasEvent) {
                    throw refuse("aliases");
                }
                if (((NodeEvent) event).getAnchor() != null) {
                    throw refuse("anchors");
                }
                String tag = event instanceof ScalarEvent
                        ? ((ScalarEvent) event).getTag()
                        : event instanceof CollectionStartEvent ? ((CollectionStartEvent) event).getTag() : null;
                if (tag != null) {
                    throw refuse("tags");
                }
                if (event instanceof ScalarEvent scalar
                        && scalar.isPlain()
                        && scalar.getValue().equals("<<")) {
                    throw refuse("merge keys");
                }
            }
            return event;
        }

        private Unreadable refuse(String what) {
            faults.addAtParser(this, "YAML " + what + " are not taken.");
            return new Unreadable(what);
        }
    }
}
