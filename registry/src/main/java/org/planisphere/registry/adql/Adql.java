package org.planisphere.registry.adql;

import java.util.BitSet;
import java.util.List;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.planisphere.registry.adql.grammar.AdqlLexer;
import org.planisphere.registry.adql.grammar.AdqlParser;

/**
 * Reads queries. Whatever the text, the answer is a statement that reads published tables, or a fault that says where;
 * length and depth are bounded. Thread safe.
 *
 * @see <a href="https://www.ivoa.net/documents/ADQL/">ADQL 2.1</a>
 */
public final class Adql {
    /** Characters of a query. */
    public static final int LONGEST = 100_000;

    private static final int TOKENS = 20_000;
    private static final int DEPTH = 40;

    private final Published published;

    public Adql(Published published) {
        this.published = published;
    }

    /**
     * Reads a query and writes it for a database.
     *
     * @param most rows that the answer may have, one more than the client may be given
     * @throws Fault with the first thing that is wrong
     */
    public Statement read(String query, boolean postgres, long most) throws Fault {
        Query checked = new Checker(published, postgres).check(parse(query));
        SqlWriter writer = new SqlWriter(postgres);
        return writer.statement(checked, most);
    }

    private static AdqlParser.WholeContext parse(String query) throws Fault {
        if (query.length() > LONGEST) {
            throw new Fault("the query is longer than " + LONGEST + " characters", 1, 1);
        }
        AdqlLexer lexer = new AdqlLexer(CharStreams.fromString(query));
        lexer.removeErrorListeners();
        CommonTokenStream tokens = new CommonTokenStream(lexer);
        tokens.fill();
        bound(tokens.getTokens());
        AdqlParser parser = new AdqlParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(new First());
        try {
            return parser.whole();
        } catch (Stopped stopped) {
            throw stopped.fault;
        }
    }

    private static void bound(List<Token> tokens) throws Fault {
        int depth = 0;
        for (Token token : tokens) {
            if (token.getType() == AdqlLexer.LPAREN && ++depth > DEPTH) {
                throw at(token, "more than " + DEPTH + " parentheses in each other");
            }
            if (token.getType() == AdqlLexer.RPAREN) {
                depth--;
            }
        }
        if (tokens.size() > TOKENS) {
            throw at(tokens.get(TOKENS), "the query has more than " + TOKENS + " words");
        }
    }

    static Fault at(Token token, String message) {
        return new Fault(message, token.getLine(), token.getCharPositionInLine() + 1);
    }

    /** Stops at the first error. */
    private static final class First extends BaseErrorListener {
        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                Object symbol,
                int line,
                int column,
                String message,
                RecognitionException e) {
            String found = symbol instanceof Token token
                    ? token.getType() == Token.EOF ? "the end of the query" : "\"" + shown(token.getText()) + "\""
                    : "this";
            String wanted = "";
            if (recognizer instanceof AdqlParser parser) {
                var expected = parser.getExpectedTokens();
                if (expected.size() > 0 && expected.size() <= 6) {
                    wanted = "; wanted here: "
                            + expected.toString(parser.getVocabulary()).replaceAll("[{}]", "");
                }
            }
            throw new Stopped(new Fault(found + " is not possible here" + wanted, line, column + 1));
        }

        @Override
        public void reportAmbiguity(
                org.antlr.v4.runtime.Parser recognizer,
                org.antlr.v4.runtime.dfa.DFA dfa,
                int startIndex,
                int stopIndex,
                boolean exact,
                BitSet alternatives,
                org.antlr.v4.runtime.atn.ATNConfigSet configs) {
            // two ways to read a thing that mean the same
        }

        private static String shown(String text) {
            return text.length() > 40 ? text.substring(0, 40) + "…" : text;
        }
    }

    private static final class Stopped extends ParseCancellationException {
        private static final long serialVersionUID = 1L;

        private final transient Fault fault;

        Stopped(Fault fault) {
            this.fault = fault;
        }
    }
}
