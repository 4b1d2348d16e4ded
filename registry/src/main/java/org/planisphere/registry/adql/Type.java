package org.planisphere.registry.adql;

import org.jspecify.annotations.Nullable;

/**
 * What a value of a query is. A time is a text in the form of DALI, so that it compares as a text does.
 *
 * @see <a href="https://www.ivoa.net/documents/VOTable/">VOTable 1.4, section 2.1</a>
 */
public enum Type {
    /** A text of ASCII letters by nature. */
    WORD("char", "*", null),
    /** A text of any letters. */
    TEXT("unicodeChar", "*", null),
    TIME("char", "19", "timestamp"),
    INT("int", null, null),
    LONG("long", null, null),
    FLOAT("float", null, null),
    DOUBLE("double", null, null),
    /** A coverage, as ASCII. */
    MOC("char", "*", "moc"),
    POINT("double", "2", "point"),
    CIRCLE("double", "3", "circle"),
    POLYGON("double", "*", "polygon"),
    /** NULL, which goes with everything. */
    NOTHING("char", "*", null);

    private final String datatype;
    private final @Nullable String arraysize;
    private final @Nullable String xtype;

    Type(String datatype, @Nullable String arraysize, @Nullable String xtype) {
        this.datatype = datatype;
        this.arraysize = arraysize;
        this.xtype = xtype;
    }

    /** As VOTable calls it. */
    public String datatype() {
        return datatype;
    }

    /** Null for a single value. */
    public @Nullable String arraysize() {
        return arraysize;
    }

    /** Null where the datatype says all. */
    public @Nullable String xtype() {
        return xtype;
    }

    public boolean number() {
        return this == INT || this == LONG || this == FLOAT || this == DOUBLE;
    }

    boolean whole() {
        return this == INT || this == LONG;
    }

    public boolean text() {
        return this == WORD || this == TEXT || this == TIME;
    }

    boolean shape() {
        return this == POINT || this == CIRCLE || this == POLYGON || this == MOC;
    }

    /** What a person reads in a message. */
    String called() {
        if (number()) {
            return "a number";
        }
        return text() ? "a text" : this == NOTHING ? "NULL" : "a " + name().toLowerCase(java.util.Locale.ROOT);
    }
}
